import { SignInDone } from "@/components/desktop/sign-in-done";
import { WithMessages } from "@/components/i18n/page";

/** The end of signing in from another tab: says so to that tab and closes. */
export default function Page() {
  return (
    <WithMessages area="desktop">
      <SignInDone />
    </WithMessages>
  );
}

import { NotFound } from "@/components/desktop/not-found";
import { WithMessages } from "@/components/i18n/page";

export default function Page() {
  return (
    <WithMessages area="desktop">
      <NotFound />
    </WithMessages>
  );
}

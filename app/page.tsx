import { DesktopApp } from "@/components/desktop/desktop-app";
import { WithMessages } from "@/components/i18n/page";

/** The desktop. */
export default function Page() {
  return (
    <WithMessages area="desktop">
      <DesktopApp />
    </WithMessages>
  );
}

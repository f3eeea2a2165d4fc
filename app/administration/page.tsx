import AdministrationApp from "@/components/administration/administration-app";
import { ConsolePage } from "@/components/desktop/console-page";

export default function Page() {
  return (
    <ConsolePage area="administration">
      <AdministrationApp />
    </ConsolePage>
  );
}

import { ConsolePage } from "@/components/desktop/console-page";
import InstallationApp from "@/components/installation/installation-app";

export default function Page() {
  return (
    <ConsolePage area="installation">
      <InstallationApp />
    </ConsolePage>
  );
}

import { ConsolePage } from "@/components/desktop/console-page";
import HubApp from "@/components/hub/hub-app";

/** A link that opens the install dialog, filled in. It installs nothing by itself. */
export default function Page() {
  return (
    <ConsolePage area="hub">
      <HubApp />
    </ConsolePage>
  );
}

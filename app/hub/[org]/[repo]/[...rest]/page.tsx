import { ConsolePage } from "@/components/desktop/console-page";
import HubApp from "@/components/hub/hub-app";

export default function Page() {
  return (
    <ConsolePage area="hub">
      <HubApp />
    </ConsolePage>
  );
}

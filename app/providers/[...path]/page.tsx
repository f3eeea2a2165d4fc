import { ConsolePage } from "@/components/desktop/console-page";
import ProviderApp from "@/components/provider/provider-app";

export default function Page() {
  return (
    <ConsolePage area="provider">
      <ProviderApp />
    </ConsolePage>
  );
}

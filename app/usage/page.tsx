import { ConsolePage } from "@/components/desktop/console-page";
import UsageApp from "@/components/usage/usage-app";

export default function Page() {
  return (
    <ConsolePage area="usage">
      <UsageApp />
    </ConsolePage>
  );
}

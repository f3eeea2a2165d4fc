import { ConsolePage } from "@/components/desktop/console-page";
import TimelineApp from "@/components/timeline/timeline-app";

export default function Page() {
  return (
    <ConsolePage area="timeline">
      <TimelineApp />
    </ConsolePage>
  );
}

import { type ReactNode, Suspense } from "react";
import type { Area } from "@/components/i18n/area";
import { WithMessages } from "@/components/i18n/page";
import { PageFrame } from "./page-frame";

/**
 * A standalone page of the console (server component): session, stream, navigation by the browser's address, a thin
 * bar that leads back to the desktop, and the messages of its area. `<ConsolePage area="hub"><HubApp /></ConsolePage>`
 */
export function ConsolePage({ area, children }: { area: Area; children: ReactNode }) {
  return (
    <WithMessages area={area}>
      <Suspense>
        <PageFrame>{children}</PageFrame>
      </Suspense>
    </WithMessages>
  );
}

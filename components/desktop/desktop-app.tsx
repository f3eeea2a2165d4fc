"use client";
import { SessionProvider } from "@/components/data/session";
import { ReasonsLater } from "@/components/i18n/reason";
import { Skeleton } from "@/components/ui/skeleton";
import { DesktopView } from "./desktop-view";
import { TOP_BAR } from "./layout";
import { EntriesProvider } from "./use-entries";
import { Wallpaper } from "./wallpaper";

/** The page `/`. */
export function DesktopApp() {
  return (
    <SessionProvider loading={<Waiting />}>
      <ReasonsLater>
        <EntriesProvider>
          <DesktopView />
        </EntriesProvider>
      </ReasonsLater>
    </SessionProvider>
  );
}

function Waiting() {
  return (
    <div className="fixed inset-0">
      <Wallpaper name={undefined} />
      <div className="relative border-b border-glass-line bg-glass px-3 py-1.5" style={{ height: TOP_BAR }}>
        <Skeleton className="h-7 w-40" />
      </div>
    </div>
  );
}

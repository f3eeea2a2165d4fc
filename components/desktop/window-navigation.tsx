"use client";
import { type ReactNode, useMemo } from "react";
import { NavigationProvider } from "@/components/data/navigation";
import { desktop } from "./store";
import type { Launch } from "./use-launch";

/** Navigation inside a window: the page moves the window's own path. */
export function WindowNavigation({
  app,
  path,
  launch,
  children,
}: {
  app: string;
  path: string;
  launch: Launch;
  children: ReactNode;
}) {
  const value = useMemo(
    () => ({
      path,
      navigate: (to: string, options?: { replace?: boolean }) => {
        // The desktop itself is not a page of a window.
        if (to === "/") desktop.minimize(app);
        else desktop.navigate(app, to, options?.replace);
      },
      openApp: launch.open,
      windowed: true,
    }),
    [app, path, launch.open],
  );
  return <NavigationProvider value={value}>{children}</NavigationProvider>;
}

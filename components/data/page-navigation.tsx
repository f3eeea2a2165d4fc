"use client";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { type ReactNode, useCallback, useMemo } from "react";
import { type Navigation, NavigationProvider } from "./navigation";

/** Navigation of a standalone page: the browser's address, through the Next.js router. */
export function PageNavigation({ children }: { children: ReactNode }) {
  const router = useRouter();
  const pathname = usePathname();
  const search = useSearchParams().toString();
  const navigate = useCallback<Navigation["navigate"]>(
    (to, options) => {
      if (!options?.replace) router.push(to);
      // Pages are drawn from their address here: a changed query needs nothing from the server but data.
      else if (new URL(to, location.href).pathname === location.pathname)
        window.history.replaceState(null, "", to);
      else router.replace(to, { scroll: false });
    },
    [router],
  );
  // Apps live on the desktop: it opens what `open` names.
  const openApp = useCallback((app: string) => router.push(`/?open=${encodeURIComponent(app)}`), [router]);
  const path = search ? `${pathname}?${search}` : pathname;
  const value = useMemo(() => ({ path, navigate, openApp, windowed: false }), [path, navigate, openApp]);
  return <NavigationProvider value={value}>{children}</NavigationProvider>;
}

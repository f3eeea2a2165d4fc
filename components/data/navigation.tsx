"use client";
import {
  type AnchorHTMLAttributes,
  createContext,
  type MouseEvent,
  type ReactNode,
  type Ref,
  useContext,
} from "react";

export interface Navigation {
  /** Path with query, e.g. `/hub/labring/affine?tab=tags`. */
  path: string;
  navigate: (to: string, options?: { replace?: boolean }) => void;
  /** Opens an app of the desktop by its name (`system-hub`, or an `App`'s `metadata.name`). */
  openApp: (app: string) => void;
  /** Inside a desktop window: the page draws no outer frame of its own. */
  windowed: boolean;
}

const NavigationContext = createContext<Navigation | undefined>(undefined);

export function NavigationProvider({ value, children }: { value: Navigation; children: ReactNode }) {
  return <NavigationContext value={value}>{children}</NavigationContext>;
}

/** Where this page is and how it moves: its window on the desktop, or the browser's address. */
export function useNavigation(): Navigation {
  const navigation = useContext(NavigationContext);
  if (!navigation) throw new Error("useNavigation is used outside of a page or window");
  return navigation;
}

/** The query of `path`. */
export function queryOf(path: string): URLSearchParams {
  const mark = path.indexOf("?");
  return new URLSearchParams(mark < 0 ? "" : path.slice(mark + 1));
}

/** The decoded segments of `path`: `/hub/labring/affine?x` → `["hub", "labring", "affine"]`. */
export function segmentsOf(path: string): string[] {
  const mark = path.indexOf("?");
  return (mark < 0 ? path : path.slice(0, mark))
    .split("/")
    .filter((segment) => segment !== "")
    .map(decodeURIComponent);
}

/** `path` with query parameters set (undefined or "" removes one). */
export function withQuery(path: string, changes: Record<string, string | undefined>): string {
  const query = queryOf(path);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const mark = path.indexOf("?");
  const base = mark < 0 ? path : path.slice(0, mark);
  const text = query.toString();
  return text ? `${base}?${text}` : base;
}

interface AppLinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> {
  to: string;
  replace?: boolean;
  ref?: Ref<HTMLAnchorElement>;
}

/** A link within the console. It is a real link: middle click and "open in new tab" give the standalone page. */
export function AppLink({ to, replace, onClick, children, ...rest }: AppLinkProps) {
  const { navigate } = useNavigation();
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0;
    if (event.defaultPrevented || modified) return;
    event.preventDefault();
    navigate(to, replace ? { replace } : undefined);
  };
  return (
    <a {...rest} href={to} onClick={follow}>
      {children}
    </a>
  );
}

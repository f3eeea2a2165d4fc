/**
 * Where to go after signing in: only paths of our own origin, so that a link to the sign-in page cannot send anybody
 * elsewhere. `origin` is the page's own.
 */
export function safeCallback(wanted: string | undefined, origin: string): string {
  if (!wanted) return "/";
  try {
    const url = new URL(wanted, origin);
    if (url.origin !== origin || url.pathname === "/signin") return "/";
    return `${url.pathname}${url.search}${url.hash}`;
  } catch {
    return "/";
  }
}

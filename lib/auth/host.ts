/**
 * Whether a request's `Host` may be ours. Demo accounts have no password, so where they are on, a page of any site
 * whose name is made to point to this machine (DNS rebinding) could sign in; an address or `localhost` cannot be such
 * a name.
 */
export function isOwnHost(host: string | null, ownUrl: string | undefined): boolean {
  if (!host || !URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  if (ownUrl && URL.canParse(ownUrl) && new URL(ownUrl).hostname === hostname) return true;
  return /^(\[.*\]|\d+\.\d+\.\d+\.\d+|(.+\.)?localhost)$/.test(hostname);
}

/** What a request is told whose `Host` is not ours. */
export const MISDIRECTED = "Open the console at localhost, or name its address in HUB_URL.\n";

/** Whether the request must be turned away (421) because of its `Host`. */
export function isMisdirected(
  host: string | null | undefined,
  environment: Record<string, string | undefined>,
): boolean {
  return environment.HUB_DEMO === "1" && !isOwnHost(host ?? null, environment.HUB_URL);
}

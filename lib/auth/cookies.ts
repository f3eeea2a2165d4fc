/** Names of the cookies, by whether the console is served over HTTPS. */
export function cookieNames(secure: boolean): { session: string } {
  return { session: secure ? "__Host-sealos-session" : "sealos-session" };
}

/** The cookies of a request. The first of several with one name counts. */
export function readCookies(header: string | null): Record<string, string> {
  const cookies: Record<string, string> = {};
  for (const part of (header ?? "").split(";")) {
    const equals = part.indexOf("=");
    if (equals < 0) continue;
    const name = part.slice(0, equals).trim();
    if (name && !Object.hasOwn(cookies, name)) cookies[name] = decoded(part.slice(equals + 1).trim());
  }
  return cookies;
}

function decoded(value: string): string {
  const bare = value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
  try {
    return decodeURIComponent(bare);
  } catch {
    return bare; // Not percent-encoded; it is what it is.
  }
}

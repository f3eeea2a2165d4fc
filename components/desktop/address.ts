/**
 * An address that an app may open: http or https, and never the console's own origin, where it would act as the person.
 * Undefined when it may not.
 */
export function appAddress(url: string, origin: string): URL | undefined {
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  const web = parsed.protocol === "https:" || parsed.protocol === "http:";
  return web && parsed.origin !== origin ? parsed : undefined;
}

/** Pages of the console that a window may show; anything else an App names is refused. */
export function isConsolePath(path: string): boolean {
  const own = /^\/(hub|providers|installations|timeline|usage|administration)(\/|\?|$)/;
  return own.test(path) && !path.includes("//");
}

import type { Route } from "../../auth/route.ts";
import * as logs from "./logs.ts";
import * as stream from "./stream.ts";

/** Routes whose answer goes on: by their path as the API's description writes it. */
export const streamRoutes: Record<string, { GET: Route }> = {
  "/api/stream": stream,
  "/api/namespaces/{ns}/pods/{pod}/logs": logs,
};

const patterns = Object.entries(streamRoutes).map(([path, { GET }]) => ({
  route: GET,
  pattern: new URLPattern({ pathname: path.replace(/\{(\w+)\}/g, ":$1") }),
}));

/** The streaming route for an address, with the variable parts of its path. */
export function findStreamRoute(url: URL): { route: Route; params: Record<string, string> } | undefined {
  for (const { route, pattern } of patterns) {
    const match = pattern.exec({ pathname: url.pathname });
    if (!match) continue;
    const parts = Object.entries(match.pathname.groups).map(([name, part = ""]) => [name, decoded(part)]);
    return { route, params: Object.fromEntries(parts) as Record<string, string> };
  }
  return undefined;
}

/** What is not percent-encoded properly is no name either: the route's schema refuses it as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // The schema refuses the percent sign.
  }
}

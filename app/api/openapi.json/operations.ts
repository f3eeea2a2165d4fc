import type { Route } from "@/lib/auth/route.ts";
import * as authOptions from "../auth-options/route.ts";
import * as icon from "../hub/repositories/[org]/[repo]/icon/route.ts";
import * as readme from "../hub/repositories/[org]/[repo]/readme/route.ts";
import * as repository from "../hub/repositories/[org]/[repo]/route.ts";
import * as repositories from "../hub/repositories/route.ts";
import * as actionRuns from "../namespaces/[ns]/actionruns/route.ts";
import * as launch from "../namespaces/[ns]/apps/[app]/launch/route.ts";
import * as desktop from "../namespaces/[ns]/desktop/route.ts";
import * as objects from "../namespaces/[ns]/installations/[name]/objects/route.ts";
import * as installation from "../namespaces/[ns]/installations/[name]/route.ts";
import * as installations from "../namespaces/[ns]/installations/route.ts";
import * as plan from "../namespaces/[ns]/plan/route.ts";
import * as logs from "../namespaces/[ns]/pods/[pod]/logs/route.ts";
import * as connection from "../namespaces/[ns]/providers/[provider]/[plural]/[name]/connection/route.ts";
import * as instance from "../namespaces/[ns]/providers/[provider]/[plural]/[name]/route.ts";
import * as instances from "../namespaces/[ns]/providers/[provider]/[plural]/route.ts";
import * as provider from "../providers/[provider]/route.ts";
import * as session from "../session/route.ts";
import * as stream from "../stream/route.ts";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

export interface Operation {
  path: string;
  method: (typeof methods)[number];
  route: Route;
}

/** Every operation of the API: what the description is made from, and what the tests walk through. */
export const operations: Operation[] = Object.entries<Partial<Record<(typeof methods)[number], Route>>>({
  "/api/session": session,
  "/api/auth-options": authOptions,
  "/api/stream": stream,
  "/api/hub/repositories": repositories,
  "/api/hub/repositories/{org}/{repo}": repository,
  "/api/hub/repositories/{org}/{repo}/readme": readme,
  "/api/hub/repositories/{org}/{repo}/icon": icon,
  "/api/namespaces/{ns}/plan": plan,
  "/api/namespaces/{ns}/installations": installations,
  "/api/namespaces/{ns}/installations/{name}": installation,
  "/api/namespaces/{ns}/installations/{name}/objects": objects,
  "/api/namespaces/{ns}/actionruns": actionRuns,
  "/api/namespaces/{ns}/desktop": desktop,
  "/api/namespaces/{ns}/apps/{app}/launch": launch,
  "/api/namespaces/{ns}/providers/{provider}/{plural}": instances,
  "/api/namespaces/{ns}/providers/{provider}/{plural}/{name}": instance,
  "/api/namespaces/{ns}/providers/{provider}/{plural}/{name}/connection": connection,
  "/api/namespaces/{ns}/pods/{pod}/logs": logs,
  "/api/providers/{provider}": provider,
}).flatMap(([path, module]) =>
  methods.flatMap((method) => {
    const route = module[method];
    return route ? [{ path, method, route }] : [];
  }),
);

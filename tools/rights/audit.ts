import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";

/** One request as the API server's authorizer saw it. */
export interface Use {
  /** `namespace:name` of the service account whose right was used. */
  account: string;
  verb: string;
  group: string;
  /** With its subresource: `pods/log`. */
  resource: string;
  namespace: string;
  /** Empty where the request named nothing. */
  name: string;
  allowed: boolean;
  /** The test file, as its audit log is called. */
  suite: string;
}

export interface AuditEvent {
  stage?: string;
  requestURI?: string;
  verb?: string;
  user?: { username?: string };
  impersonatedUser?: { username?: string };
  objectRef?: {
    apiGroup?: string;
    resource?: string;
    subresource?: string;
    namespace?: string;
    name?: string;
  };
  responseStatus?: { code?: number };
  annotations?: Record<string, string>;
}

const ACCOUNT = "system:serviceaccount:";

/** Reads every audit log in a folder (audit.k8s.io/v1 Events, one JSON object per line). */
export async function* readAudit(folder: string): AsyncGenerator<Use> {
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(".jsonl")).sort()) {
    const suite = basename(file, ".jsonl").replace(/-\d+$/, "");
    for await (const line of createInterface({ input: createReadStream(join(folder, file)) }))
      if (line.includes(ACCOUNT)) yield* usesOf(parse(line), suite);
  }
}

/** A server that was killed leaves half a line. */
function parse(line: string): AuditEvent {
  try {
    return JSON.parse(line) as AuditEvent;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** The rights that one request took. */
export function usesOf(event: AuditEvent, suite: string): Use[] {
  const { objectRef, verb = "", user, impersonatedUser, responseStatus, annotations } = event;
  const direct = accountOf(user?.username);
  if (direct === undefined || event.stage === "RequestReceived") return [];
  const allowed = annotations?.["authorization.k8s.io/decision"] !== "forbid";
  const acting = impersonatedUser ? accountOf(impersonatedUser.username) : direct;
  const uses: Use[] = [];
  if (impersonatedUser && acting !== undefined) {
    const [namespace = "", name = ""] = acting.split(":");
    const refused =
      annotations?.["authorization.k8s.io/decision"] === undefined && responseStatus?.code === 403;
    const resource = { group: "", resource: "serviceaccounts", namespace, name };
    uses.push({ account: direct, verb: "impersonate", ...resource, allowed: !refused, suite });
    if (refused) return uses;
  }
  if (!objectRef?.resource || acting === undefined) return uses;
  const { apiGroup: group = "", resource, subresource, namespace = "", name = "" } = objectRef;
  const use: Use = {
    account: acting,
    verb,
    group,
    resource: subresource ? `${resource}/${subresource}` : resource,
    namespace: resource === "namespaces" ? "" : namespace,
    // The log fills in the name of what a POST made; the authorizer was not told.
    name: verb === "create" && !subresource ? "" : name,
    allowed,
    suite,
  };
  uses.push(use);
  // An informer reads everything by such a watch, and by a list where the API server does not stream. Whoever may watch
  // so may know all that a list tells.
  if (verb === "watch" && event.requestURI?.includes("sendInitialEvents=true"))
    uses.push({ ...use, verb: "list" });
  // Server-side apply of what was not there takes the right to create it, by its name.
  if (verb === "patch" && responseStatus?.code === 201) uses.push({ ...use, verb: "create" });
  return uses;
}

function accountOf(username: string | undefined): string | undefined {
  return username?.startsWith(ACCOUNT) ? username.slice(ACCOUNT.length) : undefined;
}

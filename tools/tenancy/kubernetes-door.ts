import type { ApiError, Cluster } from "../../lib/cluster/index.ts";

/** One thing to ask the API server for. Namespaced resources are asked for in `namespace`. */
export interface Question {
  /** `plural[.group][/subresource]`. */
  resource: string;
  verb: string;
  method: string;
  path: string;
  query?: Record<string, string>;
  body?: string;
  contentType?: string;
}

interface Served {
  /** `plural[.group][/subresource]`. */
  resource: string;
  path: string;
  namespaced: boolean;
  verbs: string[];
}

interface APIResourceList {
  groupVersion: string;
  resources: { name: string; namespaced: boolean; verbs: string[] }[];
}

/** Every resource and subresource that the server serves, in the group's preferred version, by legacy discovery. */
export async function servedResources(cluster: Cluster): Promise<Served[]> {
  const { groups } = (await cluster.request("GET", "/apis")) as {
    groups: { name: string; preferredVersion: { groupVersion: string } }[];
  };
  const roots = [
    { group: "", path: "/api/v1" },
    ...groups.map(({ name, preferredVersion }) => ({
      group: name,
      path: `/apis/${preferredVersion.groupVersion}`,
    })),
  ];
  const served: Served[] = [];
  for (const { group, path } of roots) {
    const { resources } = (await cluster.request("GET", path)) as APIResourceList;
    for (const { name, namespaced, verbs } of resources) {
      const [plural = "", ...rest] = name.split("/");
      const resource = [`${plural}${group && `.${group}`}`, ...rest].join("/");
      served.push({ resource, path, namespaced, verbs });
    }
  }
  return served.sort((a, b) => a.resource.localeCompare(b.resource));
}

/** No object is called so: what is allowed ends in 404 and changes nothing. */
const NOBODY = "nobody-is-called-so";
/** Refused as soon as somebody reads it, which is after the question whether they may send it. */
const NO_JSON = "{ this is no JSON";

/**
 * The requests that tell, without changing anything, which verbs an account has: Kubernetes asks RBAC before it reads
 * a body or looks for an object.
 */
export function questionsAbout(served: Served, namespace: string): Question[] {
  const { resource, path, namespaced, verbs } = served;
  const [plural = "", subresource] = resource.split("/");
  const name = plural.split(".")[0];
  const collection = `${path}${namespaced ? `/namespaces/${namespace}` : ""}/${name}`;
  const one = `${collection}/${NOBODY}${subresource ? `/${subresource}` : ""}`;
  const dryRun = { dryRun: "All" };
  const ask = (verb: string): Omit<Question, "resource" | "verb"> | undefined => {
    switch (verb) {
      case "get":
        return { method: "GET", path: one };
      case "list":
        return { method: "GET", path: collection, query: { limit: "1" } };
      case "watch":
        // An option that no watch takes: whoever may watch is told so instead of being kept waiting.
        return { method: "GET", path: collection, query: { watch: "1", resourceVersionMatch: "Exact" } };
      case "create":
        return { method: "POST", path: subresource ? one : collection, query: dryRun, body: NO_JSON };
      case "update":
        return { method: "PUT", path: one, query: dryRun, body: NO_JSON };
      case "patch":
        return {
          method: "PATCH",
          path: one,
          query: dryRun,
          body: "{}",
          contentType: "application/merge-patch+json",
        };
      case "delete":
        return { method: "DELETE", path: one, query: dryRun };
      case "deletecollection":
        return {
          method: "DELETE",
          path: collection,
          query: { ...dryRun, labelSelector: `${NOBODY}=true` },
        };
      default:
        return undefined;
    }
  };
  return verbs.flatMap((verb) => {
    const question = ask(verb);
    return question ? [{ resource, verb, ...question }] : [];
  });
}

/** Asks, and tells the HTTP status; 0 when the answer was not an answer. */
export async function statusOf(cluster: Cluster, question: Question): Promise<number> {
  const { method, path, query, body, contentType } = question;
  try {
    await cluster.request(method, path, {
      ...(query && { query }),
      ...(body !== undefined && { body, contentType: contentType ?? "application/json" }),
    });
    return 200;
  } catch (error) {
    return (error as ApiError).status;
  }
}

/** The resources and verbs, of those asked, that the account is not kept from: `resource` → verbs in order. */
export async function granted(cluster: Cluster, questions: Question[]): Promise<Map<string, string>> {
  const allowed = new Map<string, string[]>();
  const waiting = [...questions];
  const worker = async () => {
    for (let question = waiting.shift(); question; question = waiting.shift()) {
      const status = await statusOf(cluster, question);
      if (status === 401 || status === 403) continue;
      if (status === 0 || status >= 500 || status === 429)
        throw new Error(`${question.verb} ${question.path} answered ${status}, which tells nothing`);
      allowed.set(question.resource, [...(allowed.get(question.resource) ?? []), question.verb]);
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return new Map([...allowed].map(([resource, verbs]) => [resource, inOrder(verbs)] as const).sort());
}

const ORDER = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

/** Verbs, given as one text or many, as one text that is always in the same order. */
export function inOrder(verbs: string | string[]): string {
  const list = typeof verbs === "string" ? verbs.split(" ").filter(Boolean) : verbs;
  return [...new Set(list)].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)).join(" ");
}

import type { Step } from "../types.ts";

export type Fields = Record<string, unknown>;

/** A deep copy of `base` with `changes` laid over it; null takes a field away, lists are replaced. */
export function but<T>(base: T, changes: Fields): T {
  const out: Fields = { ...(base as Fields) };
  for (const [key, value] of Object.entries(changes)) {
    const old = out[key];
    if (value === null) delete out[key];
    else if (isFields(value) && isFields(old)) out[key] = but(old, value);
    else out[key] = value;
  }
  return out as T;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const post = (path: string, body: unknown): Step => ({ method: "POST", path, body });
export const get = (path: string): Step => ({ method: "GET", path });
export const put = (path: string, body: unknown): Step => ({ method: "PUT", path, body });
export const remove = (path: string, body?: unknown): Step =>
  body === undefined ? { method: "DELETE", path } : { method: "DELETE", path, body };
const patch =
  (contentType: string) =>
  (path: string, body: unknown): Step => ({ method: "PATCH", path, body, contentType });
export const merge = patch("application/merge-patch+json");
export const strategic = patch("application/strategic-merge-patch+json");
export const json = patch("application/json-patch+json");
export const apply = (path: string, manager: string, body: unknown, more = ""): Step =>
  patch("application/apply-patch+yaml")(`${path}?fieldManager=${manager}${more}`, body);

/** Collections in the group's namespace. */
export const core = (resource: string) => `/api/v1/namespaces/{ns}/${resource}`;
export const apps = (resource: string) => `/apis/apps/v1/namespaces/{ns}/${resource}`;
export const batch = (resource: string) => `/apis/batch/v1/namespaces/{ns}/${resource}`;
export const networking = (resource: string) => `/apis/networking.k8s.io/v1/namespaces/{ns}/${resource}`;
export const rbac = (resource: string) => `/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/${resource}`;
export const custom = (resource: string) => `/apis/conformance.example/v1/namespaces/{ns}/${resource}`;
/** Nothing is kept. */
export const dry = (step: Step): Step => ({
  ...step,
  path: `${step.path}${step.path.includes("?") ? "&" : "?"}dryRun=All`,
});
/** Dry creates of variations of one object. */
export const creates = (path: string, base: unknown, changes: Fields[]): Step[] =>
  changes.map((change) => dry(post(path, but(base, change))));
/** Gathers the events of a watch: so many, or what comes until the server ends it. */
export const watch = (path: string, query: string, events?: number, seconds = 1): Step => ({
  method: "WATCH",
  path: `${path}?watch=true&timeoutSeconds=${events === undefined ? seconds : 5}${query && `&${query}`}`,
  ...(events !== undefined && { events }),
});
/** Keeps a value of the answer under a name. */
export const keeping = (step: Step, keep: Record<string, string>): Step => ({ ...step, keep });
export const accepting = (accept: string, step: Step): Step => ({ ...step, accept });
export const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
export const PARTIAL = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json";
export const PARTIAL_LIST =
  "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json";

/** What a request concerns, as Kubernetes' own metrics and audit logs say it. */
export interface RequestInfo {
  /** get, list, watch, create, update, patch, apply, delete, deletecollection; for other paths the HTTP method. */
  verb: string;
  /** "" for the core group and for other paths. */
  group: string;
  /** Plural, `pods`; "" for paths that name no resource: discovery, `/readyz`. */
  resource: string;
  subresource: string;
  namespace: string;
}

const VERBS: Record<string, string> = {
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/** Reads verb and resource off a request to the Kubernetes API. */
export function requestInfo(
  method: string,
  path: string,
  { watch = false, contentType = "" } = {},
): RequestInfo {
  const [root, ...segments] = (path.split("?")[0] ?? "").split("/").filter(Boolean);
  const group = root === "apis" ? (segments.shift() ?? "") : "";
  const version = root === "api" || root === "apis" ? segments.shift() : undefined;
  let namespace = "";
  if (version && segments[0] === "namespaces" && segments.length > 2) {
    namespace = segments[1] ?? "";
    segments.splice(0, 2);
  }
  const [resource, name, subresource = ""] = version ? segments : [];
  if (!resource) {
    return { verb: method.toLowerCase(), group: "", resource: "", subresource: "", namespace: "" };
  }
  const read = watch ? "watch" : name ? "get" : "list";
  let verb = method === "GET" ? read : (VERBS[method] ?? method.toLowerCase());
  if (verb === "delete" && !name) verb = "deletecollection";
  if (verb === "patch" && contentType.startsWith("application/apply-patch")) verb = "apply";
  return { verb, group, resource, subresource, namespace };
}

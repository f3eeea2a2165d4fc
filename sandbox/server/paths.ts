import type { Backend } from "./cluster.ts";
import { aggregated, apiGroup, apiGroupList, apiResourceList, apiVersions } from "./discovery.ts";
import type { RequestContext } from "./request.ts";
import { send } from "./respond.ts";
import { methodNotAllowed, NoSuchPath, noSuchResource } from "./status.ts";

const HEALTH = new Set(["/healthz", "/readyz", "/livez"]);

/** Answers what is asked of no resource: health, version, discovery and the OpenAPI documents. Throws a StatusError. */
export function servePath(backend: Backend, context: RequestContext): void {
  const { path } = context.info;
  const { registry, openapi } = backend;
  // The list of groups is written by a handler that does not look at the method.
  if (context.request.method !== "GET" && context.request.method !== "HEAD" && path !== "/apis")
    throw methodNotAllowed();
  const accept = context.request.headers.accept ?? "";
  const parts = path.split("/").filter(Boolean);
  if (HEALTH.has(path) || HEALTH.has(`/${parts[0]}`)) {
    if (path.startsWith("/readyz")) backend.store.check();
    send(context, 200, "ok", "text/plain; charset=utf-8");
  } else if (path === "/version") send(context, 200, versionOf(registry.kubernetes));
  else if (path === "/")
    send(context, 200, {
      paths: ["/api", "/apis", "/healthz", "/livez", "/openapi/v3", "/readyz", "/version"],
    });
  else if (parts[0] === "openapi" && parts[1] === "v3") {
    if (parts.length === 2) {
      send(context, 200, openapi.index(), "text/plain; charset=utf-8");
      return;
    }
    const apiVersion = parts.slice(3).join("/");
    const found = parts[2] === (apiVersion.includes("/") ? "apis" : "api") && openapi.document(apiVersion);
    if (!found) throw new NoSuchPath("");
    context.response.setHeader("Etag", `"${found.hash}"`);
    send(context, 200, found.text);
  } else if (path === "/api" || path === "/apis") {
    const version = /g=apidiscovery\.k8s\.io;v=(v2(?:beta1)?);as=APIGroupDiscoveryList/.exec(accept)?.[1];
    if (version) {
      const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
      send(context, 200, aggregated(registry, path === "/api", version), type);
    } else if (path === "/api") send(context, 200, apiVersions(context.request.headers.host ?? ""));
    else send(context, 200, apiGroupList(registry));
  } else if (parts[0] === "apis" && parts.length === 2 && registry.versionsOf(parts[1] ?? "").length > 0) {
    send(context, 200, { kind: "APIGroup", apiVersion: "v1", ...apiGroup(registry, parts[1] ?? "") });
  } else {
    const apiVersion = parts.slice(1).join("/");
    const found = (parts[0] === "api") === !apiVersion.includes("/") && apiResourceList(registry, apiVersion);
    if (!found || !["api", "apis"].includes(parts[0] ?? "")) {
      const group = parts[0] === "api" && parts.length === 2 ? "" : (parts[1] ?? "");
      const known = parts.length >= 2 && registry.inGroup(group).some((type) => !type.custom);
      throw known && ["api", "apis"].includes(parts[0] ?? "") ? noSuchResource() : new NoSuchPath();
    }
    send(context, 200, found);
  }
}

function versionOf(gitVersion: string) {
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return {
    major,
    minor,
    gitVersion: `${gitVersion}+sandbox`,
    platform: `${process.platform}/${process.arch}`,
  };
}

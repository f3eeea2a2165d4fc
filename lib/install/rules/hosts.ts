import type { KubernetesObject } from "../../model/kubernetes.ts";
import { listAt, textAt } from "../paths.ts";
import { hostClaims, normal } from "./host-claims.ts";
import { type Blocker, blocker, type Rule } from "./types.ts";

type HostFault = "host-missing" | "host-wildcard" | "host-invalid" | "host-console" | "host-taken";

/** No application answers for the console, for another tenant, or for hosts nobody named. */
export const hosts: Rule = (rendered, input) => {
  const blockers = new Map<string, Blocker>();
  const refuse = (host: string, field: string, code: HostFault, sentence: string, wayOut: string) => {
    if (!blockers.has(`${code} ${host}`)) {
      blockers.set(`${code} ${host}`, blocker(rendered, code, sentence, wayOut, { host, field }));
    }
  };
  for (const { host, field } of hostClaims(rendered.object)) {
    if (host === "") {
      refuse(
        host,
        field,
        "host-missing",
        `would answer for every host (${field})`,
        "Name the host in each rule",
      );
    } else if (host.includes("*")) {
      refuse(
        host,
        field,
        "host-wildcard",
        `would answer for ${host} (${field}), and so for other people's hosts`,
        "Name each host in full",
      );
    } else if (/[^a-z0-9.-]/.test(host)) {
      refuse(
        host,
        field,
        "host-invalid",
        `names ${host} (${field}), which is not a host name`,
        "Name a host in full",
      );
    } else if (isConsole(host, input)) {
      refuse(
        host,
        field,
        "host-console",
        `would answer for ${host} (${field}), which is the console's own`,
        "Choose another host",
      );
    } else {
      const owner = input.hostsInUse.get(host);
      if (owner !== undefined && owner !== input.context.namespace) {
        refuse(
          host,
          field,
          "host-taken",
          `would answer for ${host} (${field}), which another workspace uses`,
          "Choose another host",
        );
      }
    }
  }
  for (const path of ingressPaths(rendered.object)) {
    if (!/[\s;{}"'`#]/.test(path)) continue;
    const shown = path.slice(0, 100);
    blockers.set(
      `path-invalid ${path}`,
      blocker(
        rendered,
        "path-invalid",
        `has the path ${JSON.stringify(shown)}, which would change the shared web server's configuration`,
        "Leave out spaces, quotes, braces, semicolons and '#'",
        { path: shown },
      ),
    );
  }
  return { blockers: [...blockers.values()] };
};

function ingressPaths(object: KubernetesObject): string[] {
  if (object.kind !== "Ingress") return [];
  return listAt(object, "spec.rules")
    .flatMap((rule) => listAt(rule, "http.paths"))
    .flatMap((path) => textAt(path, "path") ?? []);
}

/** Whether a host is the console's: one of its hosts, the cloud domain itself, or below `*.host`. */
export function isConsole(
  host: string,
  { consoleHosts, context }: Pick<Parameters<Rule>[1], "consoleHosts" | "context">,
): boolean {
  const wanted = normal(host);
  if (wanted === normal(context.cloudDomain)) return true;
  return consoleHosts.map(normal).some((own) => {
    const name = own.replace(/:\d+$/, "");
    return name.startsWith("*.") ? wanted.endsWith(name.slice(1)) : wanted === name;
  });
}

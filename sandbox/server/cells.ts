import { age, duration } from "./durations.ts";
import { at, type Fields, isFields, type KubeObject, list, text } from "./objects.ts";
import { podReady, podRestarts, podStatus } from "./pod-cells.ts";
import { selectorText } from "./subresources.ts";

type Cell = (object: KubeObject, now: number) => unknown;

const NONE = "<none>";

function find(object: unknown, path: string): unknown {
  return at(object, ...path.split(".").slice(1));
}

const number = (value: unknown) => (typeof value === "number" ? value : 0);
const orNone = (value: string) => value || NONE;
const names = (items: unknown[], field: string) => items.map((item) => text(item, field) ?? "").join(",");

function labels(value: unknown): string {
  return orNone(
    isFields(value)
      ? Object.entries(value)
          .map(([key, item]) => `${key}=${item}`)
          .sort()
          .join(",")
      : "",
  );
}

function loadBalancer(object: KubeObject): string {
  return list(object, "status", "loadBalancer", "ingress")
    .map((entry) => text(entry, "ip") ?? text(entry, "hostname") ?? "")
    .join(",");
}

function shorten(items: string[], limit: number): string {
  return items.length > limit
    ? `${items.slice(0, limit).join(",")} + ${items.length - limit} more...`
    : items.join(",");
}

const MODES: Record<string, string> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

/** Makers of cells, by the names that `kubernetes/columns.json` uses. Values are what kubectl shows. */
export const cells: Record<string, (...args: string[]) => Cell> & { text(path: string): Cell } = {
  text: (path) => (object) => {
    const value = find(object, path);
    return value === undefined || value === null
      ? path.startsWith(".metadata")
        ? ""
        : emptyFor(path)
      : value;
  },
  unset:
    (path = "") =>
    (object) =>
      String(find(object, path) ?? "<unset>"),
  unavailable:
    (path = "") =>
    (object) =>
      String(find(object, path) ?? "N/A"),
  number:
    (path = "") =>
    (object) =>
      number(find(object, path)),
  flag:
    (path = "") =>
    (object) =>
      find(object, path) === true,
  trueFalse:
    (path = "") =>
    (object) =>
      find(object, path) === true ? "True" : "False",
  length:
    (path = "") =>
    (object) =>
      list(object, ...path.split(".").slice(1)).length,
  count:
    (...paths) =>
    (object) =>
      paths.reduce((sum, path) => sum + Object.keys((find(object, path) ?? {}) as Fields).length, 0),
  age: () => (object, now) => age(object.metadata.creationTimestamp, now),
  since:
    (path = "") =>
    (object, now) => {
      const value = find(object, path);
      return typeof value === "string" ? age(value, now) : NONE;
    },
  labels:
    (path = "") =>
    (object) =>
      labels(find(object, path)),
  selector:
    (path = ".spec.selector") =>
    (object) =>
      orNone(selectorText(find(object, path))),
  containers:
    (path = ".spec.template") =>
    (object) =>
      names(list(find(object, path), "spec", "containers"), "name"),
  images:
    (path = ".spec.template") =>
    (object) =>
      names(list(find(object, path), "spec", "containers"), "image"),
  modes:
    (path = "") =>
    (object) =>
      list(object, ...path.split(".").slice(1))
        .map((mode) => MODES[String(mode)] ?? mode)
        .join(","),
  podReady: () => podReady,
  podStatus: () => podStatus,
  podRestarts: () => podRestarts,
  ofDesired: () => (object) =>
    `${number(at(object, "status", "readyReplicas"))}/${number(at(object, "spec", "replicas"))}`,
  lastSeen: () => (object, now) =>
    age(
      text(object, "series", "lastObservedTime") ??
        text(object, "lastTimestamp") ??
        text(object, "eventTime") ??
        text(object, "firstTimestamp"),
      now,
    ),
  firstSeen: () => (object, now) => age(text(object, "firstTimestamp") ?? text(object, "eventTime"), now),
  eventCount: () => (object) => String(at(object, "series", "count") ?? at(object, "count") ?? 1),
  involved: () => (object) =>
    `${(text(object, "involvedObject", "kind") ?? "").toLowerCase()}/${text(object, "involvedObject", "name") ?? ""}`,
  source: () => (object) => text(object, "source", "component") ?? text(object, "reportingComponent") ?? "",
  nodeStatus: () => (object) => {
    const ready = list(object, "status", "conditions").find(
      (condition) => text(condition, "type") === "Ready",
    );
    const status = text(ready, "status") === "True" ? "Ready" : ready ? "NotReady" : "Unknown";
    return at(object, "spec", "unschedulable") === true ? `${status},SchedulingDisabled` : status;
  },
  roles: () => (object) => {
    const prefix = "node-role.kubernetes.io/";
    const found = Object.keys(object.metadata.labels ?? {}).flatMap((key) =>
      key.startsWith(prefix) ? key.slice(prefix.length) : [],
    );
    return orNone(found.sort().join(","));
  },
  address: (type) => (object) =>
    text(
      list(object, "status", "addresses").find((address) => text(address, "type") === type),
      "address",
    ) ?? NONE,
  claimPhase: () => (object) =>
    object.metadata.deletionTimestamp ? "Terminating" : (text(object, "status", "phase") ?? ""),
  claim: () => (object) => {
    const name = text(object, "spec", "claimRef", "name");
    return name ? `${text(object, "spec", "claimRef", "namespace")}/${name}` : "";
  },
  quota: (kind) => (object) => {
    const hard = (at(object, "status", "hard") ?? at(object, "spec", "hard") ?? {}) as Fields;
    return Object.keys(hard)
      .filter((key) => key.startsWith("limits") === (kind === "limits"))
      .sort()
      .map((key) => `${key}: ${text(object, "status", "used", key) ?? "0"}/${hard[key]}`)
      .join(", ");
  },
  externalAddress: () => (object) => {
    const type = text(object, "spec", "type");
    if (type === "ExternalName") return text(object, "spec", "externalName") ?? NONE;
    const external = list(object, "spec", "externalIPs").join(",");
    if (type === "LoadBalancer")
      return [loadBalancer(object), external].filter(Boolean).join(",") || "<pending>";
    return orNone(external);
  },
  servicePorts: () => (object) =>
    orNone(
      list(object, "spec", "ports")
        .map((port) => {
          const node = at(port, "nodePort");
          return `${at(port, "port")}${node ? `:${node}` : ""}/${text(port, "protocol") ?? "TCP"}`;
        })
        .join(","),
    ),
  endpoints: () => (object) => {
    const all = list(object, "subsets").flatMap((subset) =>
      list(subset, "addresses").flatMap((address) =>
        list(subset, "ports").map((port) => `${text(address, "ip")}:${at(port, "port")}`),
      ),
    );
    return orNone(shorten(all, 3));
  },
  sliceEndpoints: () => (object) =>
    shorten(
      list(object, "endpoints").flatMap((endpoint) => list(endpoint, "addresses") as string[]),
      3,
    ) || "<unset>",
  slicePorts: () => (object) =>
    shorten(
      list(object, "ports").map((port) => String(at(port, "port"))),
      3,
    ) || "<unset>",
  controller: () => (object) => {
    const owner = object.metadata.ownerReferences?.find((reference) => reference.controller);
    if (!owner) return NONE;
    const group = owner.apiVersion.includes("/") ? `.${owner.apiVersion.split("/")[0]}` : "";
    return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
  },
  jobStatus: () => (object) => {
    const has = (type: string) =>
      list(object, "status", "conditions").some(
        (each) => text(each, "type") === type && text(each, "status") === "True",
      );
    if (has("Complete")) return "Complete";
    if (has("Failed")) return "Failed";
    if (object.metadata.deletionTimestamp) return "Terminating";
    if (has("Suspended")) return "Suspended";
    return has("FailureTarget")
      ? "FailureTarget"
      : has("SuccessCriteriaMet")
        ? "SuccessCriteriaMet"
        : "Running";
  },
  completions: () => (object) => {
    const wanted = at(object, "spec", "completions");
    const done = number(at(object, "status", "succeeded"));
    if (wanted !== undefined) return `${done}/${wanted}`;
    const parallelism = number(at(object, "spec", "parallelism"));
    return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`;
  },
  jobDuration: () => (object, now) => {
    const start = text(object, "status", "startTime");
    const end = text(object, "status", "completionTime");
    return start ? duration((end ? Date.parse(end) : now) - Date.parse(start)) : "";
  },
  hosts: () => (object) => {
    const hosts = list(object, "spec", "rules").flatMap((rule) => text(rule, "host") ?? []);
    return hosts.length > 0 ? shorten(hosts, 3) : "*";
  },
  loadBalancer: () => loadBalancer,
  ingressPorts: () => (object) => (list(object, "spec", "tls").length > 0 ? "80, 443" : "80"),
  roleRef: () => (object) => `${text(object, "roleRef", "kind")}/${text(object, "roleRef", "name")}`,
  subjects: (kind) => (object) =>
    list(object, "subjects")
      .filter((subject) => text(subject, "kind") === kind)
      .map((subject) => {
        const namespace = text(subject, "namespace");
        return `${kind === "ServiceAccount" && namespace ? `${namespace}/` : ""}${text(subject, "name")}`;
      })
      .join(", "),
  scaleTarget: () => (object) =>
    `${text(object, "spec", "scaleTargetRef", "kind")}/${text(object, "spec", "scaleTargetRef", "name")}`,
  targets: () => (object) => {
    const metrics = list(object, "spec", "metrics").map((metric) => {
      const utilization = at(metric, "resource", "target", "averageUtilization");
      const name = text(metric, "resource", "name");
      return name && utilization !== undefined ? `${name}: <unknown>/${utilization}%` : "<unknown>";
    });
    return orNone(metrics.join(", "));
  },
  condition: (type) => (object) =>
    text(
      list(object, "status", "conditions").find((each) => text(each, "type") === type),
      "status",
    ) ?? "Unknown",
  conditions: () => (object) =>
    list(object, "status", "conditions")
      .map((each) => text(each, "type") ?? "")
      .join(",") || "Pending",
};

/** Columns that kubectl leaves empty rather than `<none>`. */
function emptyFor(path: string): string {
  return /storageClassName|volumeName|capacity|message|status\.reason/.test(path) ? "" : NONE;
}

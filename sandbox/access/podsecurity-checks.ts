import { isObject, type Json, type JsonObject } from "../schema/types.ts";
import type { Level } from "./podsecurity.ts";

interface Check {
  level: Level;
  /** What is wrong with the pod: a heading and its details; undefined when nothing is. */
  find(pod: Pod): { reason: string; detail: string } | undefined;
}

interface Container {
  name: string;
  context: JsonObject;
  body: JsonObject;
}

export interface Pod {
  spec: JsonObject;
  annotations: JsonObject;
  context: JsonObject;
  containers: Container[];
  volumes: JsonObject[];
}

const quoted = (values: readonly string[]) => values.map((value) => JSON.stringify(value)).join(", ");
const plural = (word: string, values: readonly unknown[]) => (values.length === 1 ? word : `${word}s`);
const named = (containers: readonly Container[]) =>
  `${plural("container", containers)} ${quoted(containers.map((c) => c.name))}`;
const sorted = (values: Iterable<string>) => [...new Set(values)].sort();

const CAPABILITIES = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);
const SELINUX = new Set(["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"]);
const SYSCTLS = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_wmem",
]);
const VOLUMES = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function added(container: Container): string[] {
  return strings((container.context.capabilities as JsonObject | undefined)?.add);
}

const capabilitiesBaseline: Check = {
  level: "baseline",
  find({ containers }) {
    const bad = containers.filter((c) => added(c).some((name) => !CAPABILITIES.has(name)));
    if (bad.length === 0) return undefined;
    const names = sorted(bad.flatMap(added).filter((name) => !CAPABILITIES.has(name)));
    return {
      reason: "non-default capabilities",
      detail: `${named(bad)} must not include ${quoted(names)} in securityContext.capabilities.add`,
    };
  },
};

const seccompBaseline: Check = {
  level: "baseline",
  find: (pod) => {
    const type = (context: JsonObject) => (context.seccompProfile as JsonObject | undefined)?.type;
    const said: string[] = [];
    if (type(pod.context) === "Unconfined") said.push("pod");
    const bad = pod.containers.filter((c) => type(c.context) === "Unconfined");
    if (bad.length > 0) said.push(named(bad));
    if (said.length === 0) return undefined;
    return {
      reason: "seccompProfile",
      detail: `${said.join(" and ")} must not set securityContext.seccompProfile.type to "Unconfined"`,
    };
  },
};

const hostPath: Check = {
  level: "baseline",
  find({ volumes }) {
    const bad = volumes.filter((v) => v.hostPath !== undefined).map((v) => String(v.name));
    return bad.length === 0
      ? undefined
      : { reason: "hostPath volumes", detail: `${plural("volume", bad)} ${quoted(bad)}` };
  },
};

/** The baseline form of checks that the restricted level replaces by a stricter one. */
export const BASELINE_ONLY = new Set<Check>([capabilitiesBaseline, seccompBaseline, hostPath]);

export const CHECKS: readonly Check[] = [
  {
    level: "restricted",
    find({ containers, spec }) {
      if (isWindows(spec)) return undefined;
      const bad = containers.filter((c) => c.context.allowPrivilegeEscalation !== false);
      if (bad.length === 0) return undefined;
      return {
        reason: "allowPrivilegeEscalation != false",
        detail: `${named(bad)} must set securityContext.allowPrivilegeEscalation=false`,
      };
    },
  },
  {
    level: "baseline",
    find({ context, containers, annotations }) {
      const type = (each: JsonObject) => (each.appArmorProfile as JsonObject | undefined)?.type;
      const said: string[] = [];
      if (type(context) === "Unconfined") said.push('pod must not set AppArmor profile type to "Unconfined"');
      const bad = containers.filter((c) => type(c.context) === "Unconfined");
      if (bad.length > 0) said.push(`${named(bad)} must not set AppArmor profile type to "Unconfined"`);
      const prefix = "container.apparmor.security.beta.kubernetes.io/";
      const old = Object.entries(annotations)
        .filter(
          ([key, value]) =>
            key.startsWith(prefix) && !/^($|runtime\/default$|localhost\/)/.test(String(value)),
        )
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .sort();
      if (old.length > 0) said.push(`${plural("annotation", old)} ${quoted(old)}`);
      if (said.length === 0) return undefined;
      return {
        reason:
          bad.length + old.length + Number(said.length > bad.length) === 1
            ? "forbidden AppArmor profile"
            : "forbidden AppArmor profiles",
        detail: said.join(", "),
      };
    },
  },
  capabilitiesBaseline,
  {
    level: "restricted",
    find({ containers, spec }) {
      if (isWindows(spec)) return undefined;
      const undropped = containers.filter(
        (c) => !strings((c.context.capabilities as JsonObject | undefined)?.drop).includes("ALL"),
      );
      const adding = containers.filter((c) => added(c).some((name) => name !== "NET_BIND_SERVICE"));
      const said: string[] = [];
      if (undropped.length > 0)
        said.push(`${named(undropped)} must set securityContext.capabilities.drop=["ALL"]`);
      if (adding.length > 0) {
        const names = sorted(adding.flatMap(added).filter((name) => name !== "NET_BIND_SERVICE"));
        said.push(`${named(adding)} must not include ${quoted(names)} in securityContext.capabilities.add`);
      }
      return said.length === 0 ? undefined : { reason: "unrestricted capabilities", detail: said.join("; ") };
    },
  },
  {
    level: "baseline",
    find({ spec }) {
      const bad = ["hostNetwork", "hostPID", "hostIPC"]
        .filter((field) => spec[field] === true)
        .map((field) => `${field}=true`);
      return bad.length === 0 ? undefined : { reason: "host namespaces", detail: bad.join(", ") };
    },
  },
  hostPath,
  {
    level: "baseline",
    find({ containers }) {
      const ports = (c: Container) =>
        (Array.isArray(c.body.ports) ? c.body.ports.filter(isObject) : [])
          .map((p) => p.hostPort)
          .filter((p) => typeof p === "number" && p !== 0);
      const bad = containers.filter((c) => ports(c).length > 0);
      if (bad.length === 0) return undefined;
      const used = sorted(bad.flatMap((c) => ports(c).map(String)));
      return {
        reason: "hostPort",
        detail: `${named(bad)} ${bad.length === 1 ? "uses" : "use"} ${plural("hostPort", used)} ${used.join(", ")}`,
      };
    },
  },
  {
    level: "baseline",
    find({ containers }) {
      const hosts = (c: Container) => {
        const lifecycle = isObject(c.body.lifecycle) ? c.body.lifecycle : {};
        const handlers = [
          c.body.livenessProbe,
          c.body.readinessProbe,
          c.body.startupProbe,
          lifecycle.postStart,
          lifecycle.preStop,
        ];
        return handlers.filter(isObject).flatMap((handler) =>
          [handler.httpGet, handler.tcpSocket]
            .filter(isObject)
            .map((action) => action.host)
            .filter((h) => typeof h === "string" && h !== "" && h !== "127.0.0.1" && h !== "::1"),
        ) as string[];
      };
      const bad = containers.filter((c) => hosts(c).length > 0);
      if (bad.length === 0) return undefined;
      const used = sorted(bad.flatMap(hosts));
      return {
        reason: "probe or lifecycle host",
        detail: `${named(bad)} ${bad.length === 1 ? "uses" : "use"} probe or lifecycle ${plural("host", used)} ${quoted(used)}`,
      };
    },
  },
  {
    level: "baseline",
    find({ containers }) {
      const bad = containers.filter((c) => c.context.privileged === true);
      return bad.length === 0
        ? undefined
        : { reason: "privileged", detail: `${named(bad)} must not set securityContext.privileged=true` };
    },
  },
  {
    level: "baseline",
    find({ containers }) {
      const bad = containers.filter(
        (c) => c.context.procMount !== undefined && c.context.procMount !== "Default",
      );
      if (bad.length === 0) return undefined;
      return {
        reason: "procMount",
        detail: `${named(bad)} must not set securityContext.procMount to ${quoted(sorted(bad.map((c) => String(c.context.procMount))))}`,
      };
    },
  },
  {
    level: "restricted",
    find({ volumes }) {
      const kind = (volume: JsonObject) => Object.keys(volume).find((key) => key !== "name") ?? "";
      const bad = volumes.filter((volume) => !VOLUMES.has(kind(volume)));
      if (bad.length === 0) return undefined;
      const kinds = sorted(bad.map(kind));
      return {
        reason: "restricted volume types",
        detail: `${plural("volume", bad)} ${quoted(bad.map((v) => String(v.name)))} ${bad.length === 1 ? "uses" : "use"} restricted volume ${plural("type", kinds)} ${quoted(kinds)}`,
      };
    },
  },
  {
    level: "restricted",
    find({ context, containers }) {
      const said: string[] = [];
      const explicit = containers.filter((c) => c.context.runAsNonRoot === false);
      const open = containers.filter((c) => c.context.runAsNonRoot === undefined);
      if (context.runAsNonRoot === false && open.length > 0) said.push("pod");
      if (explicit.length > 0) said.push(named(explicit));
      if (said.length > 0)
        return {
          reason: "runAsNonRoot != true",
          detail: `${said.join(" and ")} must not set securityContext.runAsNonRoot=false`,
        };
      if (context.runAsNonRoot === true || open.length === 0) return undefined;
      return {
        reason: "runAsNonRoot != true",
        detail: `pod or ${named(open)} must set securityContext.runAsNonRoot=true`,
      };
    },
  },
  {
    level: "restricted",
    find({ context, containers }) {
      const said: string[] = [];
      if (context.runAsUser === 0) said.push("pod");
      const bad = containers.filter((c) => c.context.runAsUser === 0);
      if (bad.length > 0) said.push(named(bad));
      return said.length === 0
        ? undefined
        : { reason: "runAsUser=0", detail: `${said.join(" and ")} must not set runAsUser=0` };
    },
  },
  seccompBaseline,
  {
    level: "restricted",
    find(pod) {
      const bad = seccompBaseline.find(pod);
      if (bad) return bad;
      const type = (context: JsonObject) => (context.seccompProfile as JsonObject | undefined)?.type;
      if (type(pod.context) !== undefined || isWindows(pod.spec)) return undefined;
      const open = pod.containers.filter((c) => type(c.context) === undefined);
      if (open.length === 0) return undefined;
      return {
        reason: "seccompProfile",
        detail: `pod or ${named(open)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
      };
    },
  },
  {
    level: "baseline",
    find({ context, containers }) {
      const options = [context, ...containers.map((c) => c.context)]
        .map((each) => each.seLinuxOptions)
        .filter(isObject);
      const types = sorted(options.map((o) => String(o.type ?? "")).filter((type) => !SELINUX.has(type)));
      const said: string[] = [];
      if (types.length > 0) said.push(`${plural("type", types)} ${quoted(types)}`);
      if (options.some((o) => o.user !== undefined && o.user !== "")) said.push("user may not be set");
      if (options.some((o) => o.role !== undefined && o.role !== "")) said.push("role may not be set");
      if (said.length === 0) return undefined;
      const bad = containers.filter((c) => isObject(c.context.seLinuxOptions));
      const who = [
        ...(isObject(context.seLinuxOptions) ? ["pod"] : []),
        ...(bad.length > 0 ? [named(bad)] : []),
      ];
      return {
        reason: "seLinuxOptions",
        detail: `${who.join(" and ")} set forbidden securityContext.seLinuxOptions: ${said.join("; ")}`,
      };
    },
  },
  {
    level: "baseline",
    find({ context }) {
      const list = Array.isArray(context.sysctls) ? context.sysctls.filter(isObject) : [];
      const bad = list.map((s) => String(s.name)).filter((name) => !SYSCTLS.has(name));
      return bad.length === 0 ? undefined : { reason: "forbidden sysctls", detail: bad.join(", ") };
    },
  },
  {
    level: "baseline",
    find({ context, containers }) {
      const host = (each: JsonObject) =>
        (each.windowsOptions as JsonObject | undefined)?.hostProcess === true;
      const said: string[] = [];
      if (host(context)) said.push("pod");
      const bad = containers.filter((c) => host(c.context));
      if (bad.length > 0) said.push(named(bad));
      if (said.length === 0) return undefined;
      return {
        reason: "hostProcess",
        detail: `${said.join(" and ")} must not set securityContext.windowsOptions.hostProcess=true`,
      };
    },
  },
];

function isWindows(spec: JsonObject): boolean {
  return isObject(spec.os) && spec.os.name === "windows";
}

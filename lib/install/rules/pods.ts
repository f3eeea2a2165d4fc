import { isRecord } from "../../images/scan.ts";
import type { ReasonCode } from "../../model/reasons.ts";
import { listAt, recordAt, textAt, valueAt } from "../paths.ts";
import type { RenderedObject } from "../render-types.ts";
import { containersOf, type PodTemplate, podTemplate } from "./pod-templates.ts";
import { type Blocker, blocker, type Rule, type Values } from "./types.ts";

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline */
const CAPABILITIES = new Set([
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE"],
  ...["SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
]);
const SYSCTLS = new Set([
  ...["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start"],
  ...["net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports"],
  ...["net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl"],
  ...["net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"],
]);
const SELINUX_TYPES = new Set([
  undefined,
  "",
  "container_t",
  "container_init_t",
  "container_kvm_t",
  "container_engine_t",
]);

/** Pods keep to the namespace's Pod Security level, baseline; refused here, the reason names file and line. */
export const pods: Rule = (rendered) => {
  const pod = podTemplate(rendered.object);
  if (!pod) return {};
  const faults = [...podFaults(pod), ...containersOf(pod).flatMap(containerFaults)];
  return {
    blockers: [...new Map(faults.map((each) => [each.says, each])).values()].map(({ refuse }) =>
      refuse(rendered),
    ),
  };
};

interface Fault {
  /** `… pods that <says>` */
  says: string;
  refuse: (rendered: RenderedObject) => Blocker;
}

function fault<Code extends ReasonCode>(reason: Code, says: string, params: NoInfer<Values<Code>>): Fault {
  const sentence = `makes pods that ${says}, which a workspace's pods may not`;
  const wayOut = "Take it out of the manifest";
  return {
    says,
    refuse: (rendered) => blocker(rendered, reason, sentence, wayOut, params, "pod-security"),
  };
}

function podFaults({ spec, annotations }: PodTemplate): Fault[] {
  const faults: Fault[] = [];
  for (const field of ["hostNetwork", "hostPID", "hostIPC"]) {
    const what = field.slice("host".length);
    if (spec[field] === true)
      faults.push(fault("pod-host-namespace", `share the node's ${what} (${field})`, { what, field }));
  }
  for (const volume of listAt(spec, "volumes").filter(isRecord)) {
    const name = String(volume.name);
    if (volume.hostPath !== undefined)
      faults.push(fault("pod-host-path", `mount a folder of the node (volume ${name})`, { volume: name }));
  }
  const priority = textAt(spec, "priorityClassName") ?? "";
  // The baseline level says nothing of it; such pods push other people's, and the cluster's own, off their nodes.
  if (priority.startsWith("system-")) {
    const says = `go before everybody else's (priority class ${priority})`;
    faults.push(fault("pod-priority", says, { priority }));
  }
  faults.push(...securityFaults(recordAt(spec, "securityContext")));
  for (const sysctl of listAt(spec, "securityContext.sysctls").filter(isRecord)) {
    const parameter = String(sysctl.name);
    if (!SYSCTLS.has(parameter))
      faults.push(fault("pod-sysctl", `set the kernel parameter ${parameter}`, { parameter }));
  }
  for (const [key, value] of Object.entries(annotations)) {
    const unconfined = key.startsWith("container.apparmor.security.beta.kubernetes.io/");
    if (unconfined && value !== "runtime/default" && !String(value).startsWith("localhost/")) {
      faults.push(fault("pod-apparmor", "switch AppArmor off", {}));
    }
  }
  return faults;
}

function containerFaults(container: Record<string, unknown>): Fault[] {
  const faults = securityFaults(recordAt(container, "securityContext"));
  const name = String(container.name);
  const where = `(container ${name})`;
  if (valueAt(container, "securityContext.privileged") === true) {
    faults.push(fault("pod-privileged", `run privileged ${where}`, { container: name }));
  }
  for (const capability of listAt(container, "securityContext.capabilities.add").map(String)) {
    if (!CAPABILITIES.has(capability))
      faults.push(fault("pod-capability", `have the capability ${capability}`, { capability }));
  }
  const mount = textAt(container, "securityContext.procMount");
  if (mount !== undefined && mount !== "Default")
    faults.push(fault("pod-proc", `see the node's /proc ${where}`, { container: name }));
  for (const port of listAt(container, "ports").filter(isRecord)) {
    if (typeof port.hostPort === "number" && port.hostPort !== 0) {
      const params = { port: port.hostPort, container: name };
      faults.push(fault("pod-host-port", `take port ${port.hostPort} of the node ${where}`, params));
    }
  }
  for (const probe of [
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle.postStart",
    "lifecycle.preStop",
  ]) {
    const host = textAt(container, `${probe}.httpGet.host`) ?? textAt(container, `${probe}.tcpSocket.host`);
    if (host)
      faults.push(fault("pod-host-probe", `have the node probe ${host} ${where}`, { host, container: name }));
  }
  return faults;
}

function securityFaults(context: Record<string, unknown>): Fault[] {
  const faults: Fault[] = [];
  if (textAt(context, "seccompProfile.type") === "Unconfined")
    faults.push(fault("pod-seccomp", "switch seccomp off", {}));
  if (textAt(context, "appArmorProfile.type") === "Unconfined")
    faults.push(fault("pod-apparmor", "switch AppArmor off", {}));
  if (valueAt(context, "windowsOptions.hostProcess") === true)
    faults.push(fault("pod-host-process", "run as a host process", {}));
  const selinux = recordAt(context, "seLinuxOptions");
  if (!SELINUX_TYPES.has(textAt(selinux, "type")) || selinux.user || selinux.role) {
    faults.push(fault("pod-selinux", "set a SELinux user, role or type of their own", {}));
  }
  return faults;
}

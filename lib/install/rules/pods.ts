import { isRecord } from "../../images/scan.ts";
import { listAt, recordAt, textAt, valueAt } from "../paths.ts";
import { containersOf, type PodTemplate, podTemplate } from "./pod-templates.ts";
import { blocker, type Rule } from "./types.ts";

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
    blockers: [...new Set(faults)].map((fault) =>
      blocker(
        rendered,
        "pod-security",
        `makes pods that ${fault}, which a workspace's pods may not`,
        "Take it out of the manifest",
      ),
    ),
  };
};

function podFaults({ spec, annotations }: PodTemplate): string[] {
  const faults: string[] = [];
  for (const field of ["hostNetwork", "hostPID", "hostIPC"]) {
    if (spec[field] === true) faults.push(`share the node's ${field.slice("host".length)} (${field})`);
  }
  for (const volume of listAt(spec, "volumes").filter(isRecord)) {
    if (volume.hostPath !== undefined)
      faults.push(`mount a folder of the node (volume ${String(volume.name)})`);
  }
  const priority = textAt(spec, "priorityClassName") ?? "";
  // The baseline level says nothing of it; such pods push other people's, and the cluster's own, off their nodes.
  if (priority.startsWith("system-")) faults.push(`go before everybody else's (priority class ${priority})`);
  faults.push(...securityFaults(recordAt(spec, "securityContext")));
  for (const sysctl of listAt(spec, "securityContext.sysctls").filter(isRecord)) {
    if (!SYSCTLS.has(String(sysctl.name))) faults.push(`set the kernel parameter ${String(sysctl.name)}`);
  }
  for (const [key, value] of Object.entries(annotations)) {
    const unconfined = key.startsWith("container.apparmor.security.beta.kubernetes.io/");
    if (unconfined && value !== "runtime/default" && !String(value).startsWith("localhost/")) {
      faults.push("switch AppArmor off");
    }
  }
  return faults;
}

function containerFaults(container: Record<string, unknown>): string[] {
  const faults = securityFaults(recordAt(container, "securityContext"));
  const name = String(container.name);
  if (valueAt(container, "securityContext.privileged") === true) {
    faults.push(`run privileged (container ${name})`);
  }
  for (const capability of listAt(container, "securityContext.capabilities.add")) {
    if (!CAPABILITIES.has(String(capability))) faults.push(`have the capability ${String(capability)}`);
  }
  const mount = textAt(container, "securityContext.procMount");
  if (mount !== undefined && mount !== "Default") faults.push(`see the node's /proc (container ${name})`);
  for (const port of listAt(container, "ports").filter(isRecord)) {
    if (typeof port.hostPort === "number" && port.hostPort !== 0) {
      faults.push(`take port ${port.hostPort} of the node (container ${name})`);
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
    if (host) faults.push(`have the node probe ${host} (container ${name})`);
  }
  return faults;
}

function securityFaults(context: Record<string, unknown>): string[] {
  const faults: string[] = [];
  if (textAt(context, "seccompProfile.type") === "Unconfined") faults.push("switch seccomp off");
  if (textAt(context, "appArmorProfile.type") === "Unconfined") faults.push("switch AppArmor off");
  if (valueAt(context, "windowsOptions.hostProcess") === true) faults.push("run as a host process");
  const selinux = recordAt(context, "seLinuxOptions");
  if (!SELINUX_TYPES.has(textAt(selinux, "type")) || selinux.user || selinux.role) {
    faults.push("set a SELinux user, role or type of their own");
  }
  return faults;
}

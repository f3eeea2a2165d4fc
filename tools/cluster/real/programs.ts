import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  AUDIT_POLICY,
  apiServerFlags,
  argumentsOf,
  controllerManagerFlags,
  etcdFlags,
  type Flags,
  schedulerFlags,
} from "../control-plane.ts";
import type { Pki } from "../pki.ts";
import type { ClusterOptions } from "../types.ts";
import { API_PORT, ETCD_PORT, NODE, NODE_IP } from "./addresses.ts";
import * as configuration from "./configuration.ts";
import type { ProcessSpec } from "./protocol.ts";

export interface Site extends Pick<ClusterOptions, "controllers" | "flags"> {
  cgroup: string;
  pki: Pki;
  /** Path of each program that is not Debian's, by name. */
  found: Record<string, string>;
  /** Path of the audit log; none is kept without. */
  audit?: string;
  snapshotter: string;
}

/** The programs of the cluster with their arguments, by name. Writes the files that they read. */
export async function programs(site: Site): Promise<Record<string, ProcessSpec>> {
  const { pki, found, flags } = site;
  const { dir } = pki;
  const write = async (name: string, text: string) => {
    await writeFile(join(dir, name), text, { mode: 0o600 });
    return join(dir, name);
  };
  const spec = (name: string, args: string[], program = found[name] ?? name): ProcessSpec => ({
    name,
    program,
    args,
    log: join(dir, "logs", `${name}.log`),
  });
  const flagged = (name: string, usual: Flags) => spec(name, argumentsOf({ ...usual, ...flags?.[name] }));
  await write("resolv.conf", `nameserver ${NODE_IP}\n`);
  await write("cni/10-pods.conflist", configuration.podNetwork(dir));
  await write("registries/_default/hosts.toml", configuration.registryMirror());
  const policy = await write("audit-policy.json", AUDIT_POLICY);
  const audit = site.audit ? { policy, log: site.audit } : undefined;
  const etcd = `http://127.0.0.1:${ETCD_PORT}`;
  const address = { bind: "0.0.0.0", port: API_PORT, advertise: NODE_IP };
  const ingress = await pki.grant("ingress", { name: "system:ingress" });
  const volumes = await pki.grant("volumes", { name: "system:volumes" });
  const all = [
    spec("docker-registry", [
      "serve",
      await write("registry.yaml", configuration.registryConfiguration(dir)),
    ]),
    spec("containerd", [
      "--config",
      await write("containerd.toml", configuration.containerdConfiguration(dir, site.snapshotter)),
    ]),
    flagged("etcd", etcdFlags(join(dir, "etcd"), etcd)),
    flagged("kube-apiserver", apiServerFlags(pki, etcd, address, audit)),
    flagged("kube-controller-manager", controllerManagerFlags(pki, site.controllers)),
    flagged("kube-scheduler", schedulerFlags(pki)),
    flagged("kubelet", await kubeletFlags(site, write)),
    flagged("kube-proxy", {
      config: await write(
        "kube-proxy.yaml",
        configuration.kubeProxyConfiguration(await pki.grant("kube-proxy", { name: "system:kube-proxy" })),
      ),
    }),
    spec("coredns", [
      "-conf",
      await write(
        "Corefile",
        configuration.dnsConfiguration(await pki.grant("coredns", { name: "system:coredns" })),
      ),
    ]),
    script("ingress", ingress, join(dir, "nginx.conf")),
    script("volumes", volumes, join(dir, "volumes")),
  ];
  return Object.fromEntries(all.map((each) => [each.name, each]));

  function script(name: string, ...args: string[]): ProcessSpec {
    const file = join(import.meta.dirname, `${name}.ts`);
    return spec(name, ["--disable-warning=ExperimentalWarning", file, ...args], process.execPath);
  }
}

async function kubeletFlags(
  { cgroup, pki }: Site,
  write: (name: string, text: string) => Promise<string>,
): Promise<Flags> {
  const { dir } = pki;
  const name = `system:node:${NODE}`;
  await pki.issue("kubelet-serving", { name, hosts: [NODE_IP, NODE] });
  const files = {
    ca: pki.pki("ca.crt"),
    cert: pki.pki("kubelet-serving.crt"),
    key: pki.pki("kubelet-serving.key"),
  };
  return {
    config: await write("kubelet.yaml", configuration.kubeletConfiguration(dir, cgroup, files)),
    kubeconfig: await pki.grant("kubelet", { name, groups: ["system:nodes"] }),
    "root-dir": join(dir, "kubelet"),
    "cert-dir": join(dir, "pki"),
    "hostname-override": NODE,
    "node-ip": NODE_IP,
  };
}

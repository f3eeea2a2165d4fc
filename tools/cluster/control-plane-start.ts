import { access, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type ApiServerAddress,
  AUDIT_POLICY,
  apiServerFlags,
  argumentsOf,
  controllerManagerFlags,
  etcdFlags,
  type Flags,
  schedulerFlags,
} from "./control-plane.ts";
import type { Pki } from "./pki.ts";
import { answers } from "./probe.ts";
import type { ProcessGroup, ProgramOptions } from "./process/group.ts";
import type { ClusterOptions } from "./types.ts";

/**
 * etcd's client side is a Unix socket in a folder that only its owner may enter: no port and no passwords. Relative to
 * the folder that the programs run in, since a socket's path may not be longer than about a hundred characters; with a
 * port, since etcd takes no name without.
 */
const ETCD_SOCKET = "localhost:2379";

export const CONTROL_PLANE = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const;

/** Starts the control plane's programs in a group and waits until they work. */
export async function startControlPlane(
  group: ProcessGroup,
  binaries: Record<(typeof CONTROL_PLANE)[number], string>,
  pki: Pki,
  address: ApiServerAddress,
  options: Pick<ClusterOptions, "controllers" | "flags"> & { audit?: string },
): Promise<void> {
  const { dir } = pki;
  const program = (
    name: keyof typeof binaries,
    flags: Flags,
    ready?: () => Promise<boolean>,
  ): ProgramOptions => ({
    program: binaries[name],
    args: argumentsOf({ ...flags, ...options.flags?.[name] }),
    cwd: join(dir, "etcd"),
    log: join(dir, "logs", `${name}.log`),
    ready,
  });
  await Promise.all([
    mkdir(join(dir, "etcd"), { recursive: true, mode: 0o700 }),
    mkdir(join(dir, "logs"), { recursive: true }),
    writeFile(join(dir, "audit-policy.json"), AUDIT_POLICY),
  ]);
  const isReady = () => answers(`https://127.0.0.1:${address.port}/readyz`, pki.authority.cert);
  const etcd = `unix://${ETCD_SOCKET}`;
  const stores = async () => {
    const listens = await access(join(dir, "etcd", ETCD_SOCKET)).then(
      () => true,
      () => false,
    );
    return listens && (group.programs["kube-apiserver"]?.running ? isReady() : true);
  };
  const audit = options.audit ? { policy: join(dir, "audit-policy.json"), log: options.audit } : undefined;
  await Promise.all([
    group.start("etcd", program("etcd", etcdFlags("data", etcd), stores)),
    group.start(
      "kube-apiserver",
      program("kube-apiserver", apiServerFlags(pki, etcd, address, audit), isReady),
    ),
  ]);
  await Promise.all([
    group.start(
      "kube-controller-manager",
      program("kube-controller-manager", controllerManagerFlags(pki, options.controllers)),
    ),
    group.start("kube-scheduler", program("kube-scheduler", schedulerFlags(pki))),
  ]);
}

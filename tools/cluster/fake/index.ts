import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Cluster } from "../../../lib/cluster/index.ts";
import { argumentsOf } from "../control-plane.ts";
import type { Pki } from "../pki.ts";
import { freePort, isServed } from "../ports.ts";
import type { ProcessGroup } from "../process/group.ts";
import type { ClusterOptions } from "../types.ts";
import { until } from "../until.ts";
import { isReady, nodeOf } from "./nodes.ts";

const HOST = "127.0.0.1";

/**
 * Adds nodes that only pretend: KWOK plays them and their pods, and a helper (`main.ts`) gives pods' logs and volumes.
 * Resolves when every node is ready.
 */
export async function startFakeNodes(
  group: ProcessGroup,
  kwok: string,
  pki: Pki,
  cluster: Cluster,
  { fake = {}, flags = {} }: ClusterOptions,
): Promise<void> {
  const { count = 3, ...size } = fake;
  const port = await freePort();
  const volumes = join(pki.dir, "volumes");
  await Promise.all([
    pki.issue("kubelet", { name: "kubelet", hosts: [HOST] }),
    pki.grant("kwok", { name: "system:kwok", groups: ["system:masters"] }),
    pki.grant("helper", { name: "system:volumes", groups: ["system:masters"] }),
    mkdir(volumes, { recursive: true }),
  ]);
  const log = (name: string) => join(pki.dir, "logs", `${name}.log`);
  const nodes = Array.from({ length: count }, (_, index) => nodeOf(`node-${index + 1}`, size));
  await Promise.all([
    group.start("kwok", {
      program: kwok,
      args: [
        ...argumentsOf({
          kubeconfig: pki.kubeconfig("kwok"),
          "manage-all-nodes": true,
          "node-ip": HOST,
          "node-port": port,
          // KWOK's own kubelet endpoint gives every pod the same log file; ours is on `node-port`.
          "server-address": `${HOST}:0`,
          cidr: "10.244.0.0/16",
          "node-lease-duration-seconds": 40,
          ...flags.kwok,
        }),
        ...["nodes.yaml", "pods.yaml"].map((name) => `--config=${join(import.meta.dirname, name)}`),
      ],
      cwd: pki.dir,
      log: log("kwok"),
    }),
    group.start("helper", {
      program: process.execPath,
      args: [
        "--disable-warning=ExperimentalWarning",
        join(import.meta.dirname, "main.ts"),
        ...argumentsOf({ kubeconfig: pki.kubeconfig("helper"), volumes, port }),
        ...argumentsOf({ cert: pki.pki("kubelet.crt"), key: pki.pki("kubelet.key") }),
      ],
      cwd: pki.dir,
      log: log("helper"),
      ready: () => isServed(port),
    }),
    Promise.all(nodes.map((node) => cluster.create(node))),
  ]);
  await until(`${count} nodes that are ready`, async () => {
    const { items } = await cluster.list<ReturnType<typeof nodeOf>>({ apiVersion: "v1", kind: "Node" });
    return items.filter(isReady).length >= count;
  });
}

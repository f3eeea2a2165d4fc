import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority, findBinaries, freePort } from "../cluster/index.ts";
import { ProcessGroup } from "../cluster/process/group.ts";

/** Cluster API's managers, and the feature gates that the provider's manifest sets for them. */
const MANAGERS = {
  "cluster-api-controller": "ClusterTopology=true,MachinePool=true",
  "kubeadm-bootstrap-controller": "MachinePool=true",
  "kubeadm-control-plane-controller": "ClusterTopology=true,MachinePool=true",
  "capd-manager": "ClusterTopology=true,MachinePool=true",
} as const;

/**
 * Runs Cluster API's own managers against a cluster that has its kinds; resolves when all are ready. Machines live in the
 * memory of one of them, and API servers of their clusters answer on loopback from port 20000.
 */
export async function startClusterApi(kubeconfig: string): Promise<{ stop(): Promise<void> }> {
  const names = Object.keys(MANAGERS) as (keyof typeof MANAGERS)[];
  const binaries = await findBinaries(names);
  if ("missing" in binaries) throw new Error(binaries.missing);
  const dir = await mkdtemp(join(tmpdir(), "cluster-api-"));
  const group = await ProcessGroup.create();
  group.own(dir);
  try {
    // They serve webhooks, which nothing calls here, and do not start without a certificate.
    const { cert, key } = await (await createAuthority("cluster-api")).sign({ name: "localhost" });
    await writeFile(join(dir, "tls.crt"), cert);
    await writeFile(join(dir, "tls.key"), key, { mode: 0o600 });
    await Promise.all(
      names.map(async (name) => {
        const [webhooks, health] = [await freePort(), await freePort()];
        const args = [
          `--kubeconfig=${kubeconfig}`,
          `--webhook-cert-dir=${dir}`,
          `--webhook-port=${webhooks}`,
          `--health-addr=127.0.0.1:${health}`,
          "--diagnostics-address=0",
          "--insecure-diagnostics",
          `--feature-gates=${MANAGERS[name]}`,
        ];
        await group.start(name, {
          ...{ program: binaries.found[name], args, cwd: dir, log: join(dir, `${name}.log`) },
          env: { POD_IP: "127.0.0.1" },
          ready: () =>
            fetch(`http://127.0.0.1:${health}/readyz`).then(
              ({ ok }) => ok,
              () => false,
            ),
        });
      }),
    );
  } catch (error) {
    await group.stop();
    throw error;
  }
  return group;
}

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Cluster } from "../../lib/cluster/index.ts";
import { ContentStore } from "../../lib/images/index.ts";
import { writeAccountKubeconfig } from "../../scripts/start/bootstrap.ts";
import { startHub } from "../../scripts/start/hub.ts";
import { ManagedProcess } from "../../scripts/start/processes.ts";
import { findBinaries, freePort } from "../../tools/cluster/index.ts";
import { type RealCluster, startRealCluster } from "../../tools/cluster/real/index.ts";
import { ensurePackages } from "../../tools/debian.ts";
import { faultsOf } from "../../tools/testing/control-plane.ts";
import { test as base, expect, type FreshHub } from "../hub.ts";
import { pushAll, RUNNER } from "./containers.ts";

const run = promisify(execFile);
const say = (line: string) => process.stdout.write(`  ${line}\n`);

/** Programs that the tests put into container images. */
const PACKAGES = {
  "/bin/busybox": "busybox-static",
  "/usr/bin/redis-server": "redis-server",
  "/usr/bin/redis-cli": "redis-tools",
};

export interface RealHub extends FreshHub {
  real: RealCluster;
  /** Path of kubectl. */
  kubectl: string;
  /** Runs kubectl as a member of a workspace, with a token of exactly their account; resolves to what it prints. */
  kubectlAs(namespace: string, uid: string, ...args: string[]): Promise<string>;
}

async function start(): Promise<RealHub> {
  const missing = ensurePackages(PACKAGES, say);
  if (missing) throw new Error(missing);
  const binaries = await findBinaries(["kubectl"], say);
  if ("missing" in binaries) throw new Error(binaries.missing);
  const stateDir = mkdtempSync(join(tmpdir(), "hub-real-"));
  const real = await startRealCluster({
    say,
    // Quotas of kinds that have just been defined are counted late; the usual next chance comes after five minutes.
    flags: { "kube-controller-manager": { "resource-quota-sync-period": "10s" } },
  });
  const ends: (() => Promise<unknown> | undefined)[] = [() => real.stop()];
  const stop = async () => {
    for (const end of ends.reverse()) await end();
    rmSync(stateDir, { recursive: true, force: true });
  };
  try {
    const operators = new ManagedProcess({
      name: "operators",
      args: ["sandbox/operators/main.ts"],
      env: { KUBECONFIG: real.kubeconfig, SANDBOX_SPEED: "20" },
      logDir: join(stateDir, "logs"),
      onUnexpectedExit: (how) => say(`The simulated operators ${how}.`),
    });
    ends.push(() => operators.stop());
    const images = pushAll(real.registry, binaries.found.kubectl);
    const hub = await startHub({
      port: await freePort(),
      host: "127.0.0.1",
      stateDir,
      dev: false,
      speed: 1,
      kubeconfig: real.kubeconfig,
      prepare: true,
      moreImages: [join(import.meta.dirname, "images")],
      say,
      onFailure: say,
      env: {
        HUB_DEMO: "1",
        CLOUD_DOMAIN: "apps.localhost",
        CLOUD_PORT: String(real.ingress),
        CLOUD_SCHEME: "http",
        RUNNER_IMAGE: RUNNER,
      },
    });
    ends.push(() => hub.stop());
    await images;
    const cluster = Cluster.fromKubeconfig(real.kubeconfig);
    const content = new ContentStore(join(stateDir, "content"));
    const kubectlAs = async (namespace: string, uid: string, ...args: string[]) => {
      const file = join(stateDir, `${namespace}.${uid}.kubeconfig`);
      await writeAccountKubeconfig(cluster, `member-${uid}`, file, { namespace, like: real.kubeconfig });
      const { stdout } = await run(binaries.found.kubectl, ["--kubeconfig", file, ...args]);
      return stdout;
    };
    return {
      ...hub,
      ...faultsOf(real),
      cluster,
      content,
      real,
      kubectl: binaries.found.kubectl,
      kubectlAs,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

export const test = base.extend<object, { hub: RealHub }>({
  hub: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads fixture names from this pattern.
    async ({}, use) => {
      const hub = await start();
      await use(hub);
      await hub.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
});

export { expect };

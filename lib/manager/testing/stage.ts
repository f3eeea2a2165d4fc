import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestCluster, type TestCluster, type TestClusterOptions } from "../../../tools/testing/index.ts";
import { Cluster } from "../../cluster/index.ts";
import { ContentStore } from "../../images/index.ts";
import { Manager, type ManagerOptions } from "../manager.ts";
import { cloud, prepareCluster, quiet } from "./cluster.ts";

/** What a test file of the manager plays on: a cluster made ready as an administrator would, and an empty store. */
export interface Stage {
  cluster: TestCluster;
  /** With an administrator's rights. */
  admin: Cluster;
  /** A folder of the test's own, which goes with the stage. */
  folder: string;
  images: ContentStore;
  /** A client with exactly the rights that the manager has in a real cluster. */
  asManager(): Cluster;
  /** A manager that has not begun; whoever makes it stops it. */
  manager(options?: Partial<ManagerOptions>): Manager;
  /** Starts a manager, after the one before it has stopped. */
  begin(options?: Partial<ManagerOptions>): Promise<Manager>;
  /** Stops the manager that `begin` started. */
  end(): Promise<void>;
  close(): Promise<void>;
}

/** A manager for tests, with what most of them do not care about. */
export function testManager(
  options: Pick<ManagerOptions, "cluster" | "images"> & Partial<ManagerOptions>,
): Manager {
  return new Manager({
    cloud,
    consoleHosts: ["hub.example.com"],
    systemNamespace: "sealos-system",
    identity: "test",
    log: quiet,
    ...options,
  });
}

/** @param options of the cluster; by default its pods start 50 times faster than life */
export async function openStage(options: TestClusterOptions = { speed: 50 }): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "stage-"));
  const cluster = await startTestCluster(options);
  await prepareCluster(cluster.admin);
  const kubeconfig = await cluster.accountKubeconfig("sealos-system", "manager");
  const asManager = () => Cluster.fromKubeconfig(kubeconfig);
  const images = new ContentStore(join(folder, "content"));
  let begun: Manager | undefined;
  const manager = (own?: Partial<ManagerOptions>) => testManager({ cluster: asManager(), images, ...own });
  const end = async () => {
    await begun?.stop();
    begun = undefined;
  };
  return {
    cluster,
    admin: cluster.admin,
    folder,
    images,
    asManager,
    manager,
    async begin(own) {
      await end();
      begun = manager(own);
      await begun.start();
      return begun;
    },
    end,
    async close() {
      await end();
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

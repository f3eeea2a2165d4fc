// A sandbox in a thread of its own, with the workspaces and pods that `bench/metering.ts` has metered.
import { parentPort } from "node:worker_threads";
import { prepareCluster } from "../../lib/manager/testing/cluster.ts";
import type { KubernetesObject } from "../../lib/model/kubernetes.ts";
import { API_VERSION, FIELD_MANAGER, label } from "../../lib/model/resources.ts";
import { startTestCluster } from "../../tools/testing/index.ts";

/** A pod as it shall be; its times in milliseconds since the epoch. */
export interface Wanted {
  tenant: number;
  name: string;
  does: "come" | "resize" | "end" | "go";
  milli: number;
  mebi: number;
  at: number;
}

const AT_ONCE = 16;

const port = parentPort;
if (!port) throw new Error("this runs in a worker thread");
const cluster = await startTestCluster();
await prepareCluster(cluster.admin);
port.postMessage({ kubeconfig: cluster.kubeconfig });
port.on("message", async (message: { tenants?: number; pods?: Wanted[]; end?: true }) => {
  if (message.end) await cluster.stop();
  await inParallel(Array.from({ length: message.tenants ?? 0 }, (_, tenant) => () => seed(tenant)));
  await inParallel((message.pods ?? []).map((wanted) => () => carryOut(wanted)));
  port.postMessage({ done: true });
});

async function inParallel(tasks: (() => Promise<unknown>)[]): Promise<void> {
  const open = [...tasks];
  const work = async () => {
    for (let next = open.pop(); next; next = open.pop()) await next();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** A workspace with one installation, which has recorded its Deployment. */
async function seed(tenant: number): Promise<void> {
  const namespace = `ns-t${tenant}`;
  const { admin } = cluster;
  await admin.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const deployment = { apiVersion: "apps/v1", kind: "Deployment", namespace, name: "app" };
  const installation = { apiVersion: API_VERSION, kind: "Installation", namespace, name: "app" };
  await admin.create({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "app", namespace, labels: { [label.managedBy]: FIELD_MANAGER } },
    spec: {
      selector: { matchLabels: { app: "app" } },
      template: podTemplate(100, 64),
    },
  } as KubernetesObject);
  await admin.create({
    apiVersion: API_VERSION,
    kind: "Installation",
    metadata: { name: "app", namespace },
    spec: { image: "labring/app:1" },
  } as KubernetesObject);
  await admin.patch(
    installation,
    { status: { inventory: [deployment] } },
    { type: "merge", subresource: "status" },
  );
}

async function carryOut({ tenant, name, does, milli, mebi, at }: Wanted): Promise<void> {
  const namespace = `ns-t${tenant}`;
  const pod = { apiVersion: "v1", kind: "Pod", namespace, name };
  const time = new Date(at).toISOString();
  const report = (status: object) =>
    cluster.admin.patch(pod, { status }, { type: "merge", subresource: "status" });
  if (does === "come") {
    const { metadata, spec } = podTemplate(milli, mebi);
    await cluster.admin.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...metadata, name, namespace },
      spec,
    } as KubernetesObject);
    await report({ phase: "Running", startTime: time });
  } else if (does === "resize")
    await cluster.admin.request("PATCH", `/api/v1/namespaces/${namespace}/pods/${name}/resize`, {
      body: { spec: podTemplate(milli, mebi).spec },
      contentType: "application/strategic-merge-patch+json",
    });
  else if (does === "end")
    await report({
      phase: "Succeeded",
      containerStatuses: [
        {
          name: "main",
          image: "nginx",
          imageID: "",
          ready: false,
          restartCount: 0,
          state: { terminated: { exitCode: 0, finishedAt: time } },
        },
      ],
    });
  else await cluster.admin.delete(pod);
}

function podTemplate(milli: number, mebi: number) {
  const requests = { cpu: `${milli}m`, memory: `${mebi}Mi` };
  return {
    metadata: { labels: { app: "app" } },
    spec: { containers: [{ name: "main", image: "docker.io/library/nginx:1.27", resources: { requests } }] },
  };
}

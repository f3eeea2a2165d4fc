// An upgrade of 50 objects on the sandbox: how long its plan takes, and going back until everything is applied.
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { startHubUnderTest } from "../lib/auth/testing/hub.ts";
import { change, plan, rollBack } from "../lib/hub/operations.ts";
import { ContentStore } from "../lib/images/index.ts";
import { Manager } from "../lib/manager/manager.ts";
import {
  application,
  cloud,
  install,
  makeTenant,
  quiet,
  until,
  untilPhase,
} from "../lib/manager/testing/cluster.ts";
import { API_VERSION, type Installation } from "../lib/model/resources.ts";
import { quantile } from "./lib/quantile.ts";

const ROUNDS = 7;
const OBJECTS = 50;
const WHERE = ["alice", "ns-alice"] as const;

/** Half ConfigMaps, a quarter Services and a quarter Deployments; everything differs by version. */
function manifests(version: string): string {
  return Array.from({ length: OBJECTS }, (_, index) => {
    const name = `part-${index}`;
    if (index % 4 === 0)
      return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 0
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: "docker.io/library/nginx:${version}" }] }
`;
    if (index % 4 === 1)
      return `apiVersion: v1
kind: Service
metadata: { name: ${name}, annotations: { version: "${version}" } }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }
`;
    return `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { version: "${version}" }\n`;
  }).join("---\n");
}

const hub = await startHubUnderTest();
const images = new ContentStore(hub.config.contentDir);
for (const version of ["1.0.0", "2.0.0"])
  await images.put(`labring/large:${version}`, application("large", manifests(version)));
const manager = new Manager({
  cluster: await hub.cluster.account("sealos-system", "manager"),
  images,
  cloud,
  consoleHosts: ["hub.test"],
  systemNamespace: "sealos-system",
  identity: "bench",
  log: quiet,
});
try {
  await manager.start();
  await makeTenant(hub.admin, "alice");
  await install(hub.admin, "ns-alice", "labring/large:1.0.0");
  await untilPhase(hub.admin, "ns-alice", "large", "Running");

  const image = "labring/large:2.0.0";
  const asked = { image, name: "large", inputs: {} };
  await succeeds(() => plan(hub.server.hub, ...WHERE, asked));
  const plans: number[] = [];
  const backs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    const { objects } = await plan(hub.server.hub, ...WHERE, asked);
    plans.push(performance.now() - began);
    if (objects.filter(({ operation }) => operation === "change").length !== OBJECTS)
      throw new Error("the plan does not change every object");
    await change(hub.server.hub, ...WHERE, "large", { image });
    const { status } = await untilApplied(image);
    const revision = status?.upgrade?.from.revision ?? 0;
    const back = performance.now();
    await rollBack(hub.server.hub, ...WHERE, "large", { revision });
    await untilApplied("labring/large:1.0.0");
    backs.push(performance.now() - back);
  }
  for (const [what, times] of [
    [`plan of ${OBJECTS} objects`, plans],
    ["going back until applied", backs],
  ] as const) {
    const sorted = [...times].sort((a, b) => a - b);
    process.stdout.write(
      `${what}: median ${quantile(sorted, 0.5).toFixed(0)} ms, worst of ${ROUNDS} ${quantile(sorted, 1).toFixed(0)} ms\n`,
    );
  }
} finally {
  await manager.stop();
  await hub.stop();
}

/** The web server learns of workspace and image a moment after they are there. */
async function succeeds(attempt: () => Promise<unknown>): Promise<void> {
  for (const deadline = performance.now() + 20_000; ; await delay(50)) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
  }
}

async function untilApplied(image: string): Promise<Installation> {
  const reference = { apiVersion: API_VERSION, kind: "Installation", namespace: "ns-alice", name: "large" };
  const found = await until<Installation>(hub.admin, reference, (each) => {
    const applied = each?.status?.conditions?.find(({ type }) => type === "Applied");
    return (
      each?.spec.image.startsWith(image) === true &&
      applied?.status === "True" &&
      applied.observedGeneration === each.metadata.generation
    );
  });
  return found as Installation;
}

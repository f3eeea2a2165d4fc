import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ApiObject, Cluster } from "../../lib/cluster/index.ts";
import { until } from "../../lib/cluster/testing/until.ts";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import { isReady } from "./pods.ts";
import type {
  Deployment,
  Ingress,
  Job,
  PersistentVolumeClaim,
  Pod,
  ReplicaSet,
  StatefulSet,
} from "./types.ts";

let server: TestCluster;
let cluster: Cluster;

beforeAll(async () => {
  server = await startTestCluster({ speed: 40 });
  cluster = server.admin;
});
afterAll(() => server?.stop());

const of = (apiVersion: string, kind: string, namespace: string) => ({ apiVersion, kind, namespace });

async function namespace(name: string): Promise<string> {
  await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  await until(cluster, of("v1", "ServiceAccount", name), (accounts) => accounts.length > 0);
  return name;
}

const container = (image: string, more: object = {}) => ({ name: "main", image, ...more });

function deployment(ns: string, name: string, image: string, replicas = 2): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: ns },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [container(image)] } },
    },
  };
}

const pod = (ns: string, name: string, image: string, more: object = {}): ApiObject & { spec: object } => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: ns },
  spec: { containers: [container(image, more)] },
});

const condition = (object: { status?: { conditions?: { type: string }[] } } | undefined, type: string) =>
  object?.status?.conditions?.find((each) => each.type === type);

describe("a Deployment", () => {
  test("rolls out, rolls on to a new image keeping its availability, and goes back", async () => {
    const ns = await namespace("rollout");
    await cluster.create(deployment(ns, "web", "nginx:1.27", 3));
    const deployments = of("apps/v1", "Deployment", ns);
    const complete = (generation: number) => (all: Deployment[]) =>
      all.some(
        ({ status }) =>
          status?.observedGeneration === generation &&
          status.availableReplicas === 3 &&
          status.updatedReplicas === 3 &&
          status.replicas === 3,
      );
    const [first] = await until<Deployment>(cluster, deployments, complete(1));
    expect(first?.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("1");
    expect(condition(first, "Progressing")).toMatchObject({
      status: "True",
      reason: "NewReplicaSetAvailable",
    });
    let fewest = 3;
    const rolling = until<Deployment>(cluster, deployments, (all) => {
      fewest = Math.min(fewest, Number(all[0]?.status?.availableReplicas ?? 0));
      return complete(2)(all);
    });
    const ref = { ...deployments, name: "web" };
    const image = (tag: string) => [
      { op: "replace", path: "/spec/template/spec/containers/0/image", value: tag },
    ];
    await cluster.patch(ref, image("nginx:1.28"), { type: "json" });
    await rolling;
    expect(fewest).toBe(3);
    await cluster.patch(ref, image("nginx:1.27"), { type: "json" });
    const [back] = await until<Deployment>(cluster, deployments, complete(3));
    expect(back?.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
    const sets = await until<ReplicaSet>(cluster, of("apps/v1", "ReplicaSet", ns), (all) => all.length === 2);
    const counts = sets.map(({ spec }) => `${spec.template.spec.containers[0]?.image} ${spec.replicas}`);
    expect(counts.sort()).toEqual(["nginx:1.27 3", "nginx:1.28 0"]);
  });

  test("says what a quota refuses, and goes on when it is raised", async () => {
    const ns = await namespace("quota");
    const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "q", namespace: ns } };
    await cluster.create({ ...quota, spec: { hard: { pods: "1" } } } as ApiObject);
    await until(cluster, of("v1", "ResourceQuota", ns), (all) =>
      all.some(
        ({ status }) => (status as { used?: { pods?: string } } | undefined)?.used?.pods !== undefined,
      ),
    );
    await cluster.create(deployment(ns, "web", "nginx:1.27"));
    const [refused] = await until<Deployment>(cluster, of("apps/v1", "Deployment", ns), (all) =>
      // Until the API server knows the count it says that, too.
      all.some((each) => JSON.stringify(condition(each, "ReplicaFailure") ?? {}).includes("exceeded")),
    );
    expect(condition(refused, "ReplicaFailure")).toMatchObject({
      reason: "FailedCreate",
      message: expect.stringContaining("exceeded quota: q"),
    });
    await cluster.patch(
      { ...quota, name: "q", namespace: ns },
      { spec: { hard: { pods: "5" } } },
      { type: "merge" },
    );
    await until<Deployment>(cluster, of("apps/v1", "Deployment", ns), (all) =>
      all.some((each) => each.status?.availableReplicas === 2 && !condition(each, "ReplicaFailure")),
    );
  });
});

describe("a StatefulSet", () => {
  test("starts in order with bound claims, is replaced from the last, and leaves its claims behind", async () => {
    const ns = await namespace("stateful");
    const order: string[] = [];
    const early: string[] = [];
    const started = until<Pod>(cluster, of("v1", "Pod", ns), (all) => {
      const named = (name: string) => all.find(({ metadata }) => metadata.name === name);
      const [zero, one] = [named("db-0"), named("db-1")];
      if (one && !(zero && isReady(zero))) early.push(one.metadata.name);
      return all.length === 2 && all.every(isReady);
    });
    const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    await cluster.create<StatefulSet>({
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "db", namespace: ns },
      spec: {
        replicas: 2,
        serviceName: "db",
        selector: { matchLabels: { app: "db" } },
        template: { metadata: { labels: { app: "db" } }, spec: { containers: [container("postgres:16")] } },
        volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claim }],
      },
    });
    const done = (generation: number) => (all: StatefulSet[]) =>
      all.some(
        ({ status }) =>
          status?.observedGeneration === generation &&
          status.readyReplicas === 2 &&
          status.updatedReplicas === 2,
      );
    await until<StatefulSet>(cluster, of("apps/v1", "StatefulSet", ns), done(1));
    await started;
    expect(early).toEqual([]);
    await until<PersistentVolumeClaim>(
      cluster,
      of("v1", "PersistentVolumeClaim", ns),
      (all) =>
        all
          .map(({ metadata, status }) => `${metadata.name} ${status?.phase}`)
          .sort()
          .join() === "data-db-0 Bound,data-db-1 Bound",
    );
    const rolled = until<Pod>(cluster, of("v1", "Pod", ns), (all) => {
      for (const { metadata } of all) {
        if (metadata.deletionTimestamp && !order.includes(metadata.name)) order.push(metadata.name);
      }
      return (
        all.length === 2 &&
        all.every((each) => each.spec.containers[0]?.image === "postgres:17" && isReady(each))
      );
    });
    const ref = { ...of("apps/v1", "StatefulSet", ns), name: "db" };
    const patch = [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: "postgres:17" }];
    await cluster.patch(ref, patch, { type: "json" });
    await rolled;
    expect(order).toEqual(["db-1", "db-0"]);
    await cluster.delete(ref);
    await until<Pod>(cluster, of("v1", "Pod", ns), (all) => all.length === 0);
    await until<PersistentVolumeClaim>(
      cluster,
      of("v1", "PersistentVolumeClaim", ns),
      (all) => all.length === 2,
    );
  });
});

describe("a pod", () => {
  const waiting = (reason: string) => (all: Pod[]) =>
    all.some((each) => each.status?.containerStatuses?.some(({ state }) => state.waiting?.reason === reason));

  test("whose image does not exist says so, in state and events", async () => {
    const ns = await namespace("no-image");
    await cluster.create(pod(ns, "p", "registry.example.com/team/app:does-not-exist"));
    const [seen] = await until<Pod>(cluster, of("v1", "Pod", ns), waiting("ImagePullBackOff"));
    const [status] = seen?.status?.containerStatuses ?? [];
    expect(status?.state.waiting?.message).toContain("registry.example.com/team/app:does-not-exist");
    await until(cluster, of("v1", "Event", ns), (events) =>
      events.some(({ reason }) => reason === "BackOff"),
    );
  });

  test("that crashes counts its restarts, never becomes ready and leaves a last log line", async () => {
    const ns = await namespace("crash");
    await cluster.create(pod(ns, "p", "app:crash", { terminationMessagePolicy: "FallbackToLogsOnError" }));
    let wasReady = false;
    const [seen] = await until<Pod>(cluster, of("v1", "Pod", ns), (all) => {
      wasReady ||= all.some(isReady);
      return all.some(({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) >= 1);
    });
    expect(wasReady).toBe(false);
    expect(seen?.status?.containerStatuses?.[0]?.lastState.terminated).toMatchObject({
      exitCode: 1,
      reason: "Error",
    });
    const lines: string[] = [];
    for await (const line of cluster.logs({ namespace: ns, name: "p" }, { tailLines: 1, previous: true }))
      lines.push(line);
    expect(lines).toEqual([expect.stringContaining("fatal: simulated failure of container main")]);
  });

  test("that asks for more than any node has stays unscheduled, in the scheduler's words", async () => {
    const ns = await namespace("too-big");
    await cluster.create(pod(ns, "p", "app:1", { resources: { requests: { cpu: "1000" } } }));
    const [seen] = await until<Pod>(cluster, of("v1", "Pod", ns), (all) =>
      all.some((each) => condition(each, "PodScheduled")),
    );
    expect(condition(seen, "PodScheduled")).toMatchObject({
      status: "False",
      reason: "Unschedulable",
      message: expect.stringMatching(/^0\/2 nodes are available: 2 Insufficient cpu\./),
    });
  });

  test("waits for a Secret that it names, and starts when there is one", async () => {
    const ns = await namespace("config");
    await cluster.create(pod(ns, "p", "app:1", { envFrom: [{ secretRef: { name: "settings" } }] }));
    const [seen] = await until<Pod>(cluster, of("v1", "Pod", ns), waiting("CreateContainerConfigError"));
    expect(seen?.status?.containerStatuses?.[0]?.state.waiting?.message).toBe('secret "settings" not found');
    await cluster.create({ apiVersion: "v1", kind: "Secret", metadata: { name: "settings", namespace: ns } });
    await until<Pod>(cluster, of("v1", "Pod", ns), (all) => all.some(isReady));
  });

  test("tells in its log that it is simulated", async () => {
    const ns = await namespace("logs");
    await cluster.create(pod(ns, "p", "nginx:1.27", { ports: [{ containerPort: 80 }] }));
    await until<Pod>(cluster, of("v1", "Pod", ns), (all) => all.some(isReady));
    const lines: string[] = [];
    for await (const line of cluster.logs({ namespace: ns, name: "p" })) lines.push(line);
    expect(lines[0]).toContain("simulated container");
  });
});

describe("a Job", () => {
  const job = (ns: string, name: string, command: string): ApiObject => ({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace: ns },
    ...{
      spec: {
        backoffLimit: 1,
        template: {
          spec: {
            restartPolicy: "Never",
            containers: [container("busybox:1", { command: ["sh", "-c", command] })],
          },
        },
      },
    },
  });
  const ended = (all: Job[]) => all.some((each) => condition(each, "Complete") ?? condition(each, "Failed"));

  test("completes, or fails after its last retry", async () => {
    const ns = await namespace("jobs");
    await cluster.create(job(ns, "good", "echo hello"));
    const [good] = await until<Job>(cluster, of("batch/v1", "Job", ns), ended);
    expect(condition(good, "Complete")).toMatchObject({ status: "True" });
    expect(good?.status).toMatchObject({ succeeded: 1 });
    await cluster.delete({ ...of("batch/v1", "Job", ns), name: "good" }, { propagationPolicy: "Background" });
    await cluster.create(job(ns, "bad", "echo no; exit 3"));
    const failed = (all: Job[]) => all.some((each) => condition(each, "Failed"));
    const [bad] = await until<Job>(cluster, of("batch/v1", "Job", ns), failed);
    expect(condition(bad, "Failed")).toMatchObject({ reason: "BackoffLimitExceeded" });
    expect(bad?.status).toMatchObject({ failed: 2 });
  });
});

describe("an Ingress", () => {
  const page = (host: string, path = "/"): Promise<{ status: number; body: string }> => {
    const port = server.appsPort;
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
    request({ host: "127.0.0.1", port, path, headers: { host } }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on("error", reject)
      .end();
    return promise;
  };

  test("answers with a page that names what stands behind it, and 503 while nothing does", async () => {
    const ns = await namespace("ingress");
    await cluster.create({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", namespace: ns },
      spec: { selector: { app: "web" }, ports: [{ port: 80 }] },
    } as ApiObject);
    const backend = { service: { name: "web", port: { number: 80 } } };
    await cluster.create<Ingress>({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "web", namespace: ns },
      spec: {
        rules: [{ host: "shop.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
      },
    });
    const [addressed] = await until<Ingress>(cluster, of("networking.k8s.io/v1", "Ingress", ns), (all) =>
      all.some(({ status }) => status?.loadBalancer?.ingress?.length),
    );
    expect(addressed?.status?.loadBalancer?.ingress).toEqual([{ ip: "127.0.0.1" }]);
    expect((await page("shop.example.com")).status).toBe(503);
    await cluster.create(deployment(ns, "web", "nginx:1.27", 1));
    await until<Pod>(cluster, of("v1", "Pod", ns), (all) => all.some(isReady));
    await until<Deployment>(
      cluster,
      of("apps/v1", "Deployment", ns),
      (all) => all[0]?.status?.availableReplicas === 1,
    );
    // Its endpoints are known a moment later.
    const answer = await vi.waitFor(
      async () => {
        const given = await page("shop.example.com:8080", "/<script>alert(1)</script>");
        expect(given.status).toBe(200);
        return given;
      },
      { timeout: 20_000 },
    );
    expect(answer.body).toContain("This is a simulated app");
    expect(answer.body).toContain("这是一个模拟应用");
    expect(answer.body).toMatch(/web-[a-z0-9]+-[a-z0-9]+/);
    expect(answer.body).not.toContain("<script>");
  });
});

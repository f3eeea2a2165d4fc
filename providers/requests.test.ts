import { expect, it } from "vitest";
import { instanceRequest } from "../lib/install/instance-requests.ts";
import type { KubernetesObject } from "../lib/model/kubernetes.ts";
import { act, contentOf, contents, type Instance, instance } from "./actions.test-support.ts";

const GIB = 2 ** 30;
const limits = {
  ...{ apiVersion: "v1", kind: "LimitRange", metadata: { name: "limits" } },
  spec: { limits: [{ type: "Container", defaultRequest: { cpu: "50m", memory: "64Mi" } }] },
} as KubernetesObject;

/** Cores, GiB of volumes and load balancers. */
async function asked(provider: string, object: KubernetesObject) {
  const kind = contentOf(provider).provider?.instances.find((each) => each.kind === object.kind);
  const request = kind && (await instanceRequest(kind, object, [limits]));
  if (!request || request === "unread") throw new Error(`nothing is told of ${object.kind}`);
  const { amounts } = request;
  return [
    Number((amounts["requests.cpu"] ?? 0).toFixed(3)),
    (amounts["requests.storage"] ?? 0) / GIB,
    amounts["services.loadbalancers"] ?? 0,
  ];
}

const kinds = [...contents].flatMap(([provider, content]) =>
  // A backup and an operation end; what is kept of one is a volume that was made for it.
  (content.provider?.instances ?? [])
    .filter(({ kind }) => !/Backup|OpsRequest/.test(kind))
    .map(({ kind }) => [provider, kind] as const),
);

it.each(kinds)("%s tells what a %s asks for as its form begins", async (provider, kind) => {
  const [cpu = 0, storage = 0, balancers] = await asked(provider, await instance(provider, kind));
  expect(cpu > 0 && storage > 0).toBe(!/objectstorage|cluster-api/.test(provider));
  expect(balancers).toBe(0);
});

const running = { status: { PostgresClusterStatus: "Running" } };
type Asked = [cores: number, gibibytes: number, balancers: number];
type Case = [
  ...[provider: string, kind: string, action: string, inputs: Record<string, string>],
  ...[before: Asked, after: Asked, change?: object],
];
const postgres = (name: string, inputs: Record<string, string>, after: Asked): Case => [
  ...(["postgres", "postgresql", name, inputs] as const),
  [0.1, 1, 0],
  after,
];
const sizes = { cpuRequest: "1", cpuLimit: "2", memoryRequest: "1Gi", memoryLimit: "2Gi" };
const stopped = {
  spec: { componentSpecs: [{ name: "a", componentDefRef: "redis", replicas: 2, stop: true }] },
};

it.each<Case>([
  postgres("scale", { instances: "3" }, [0.3, 3, 0]),
  postgres("stop", {}, [0, 1, 0]),
  postgres("resize", { size: "4Gi" }, [0.1, 4, 0]),
  postgres("resources", sizes, [1, 1, 0]),
  postgres("expose", { how: "LoadBalancer", from: "10.0.0.0/8" }, [0.1, 1, 1]),
  ["mysql", "InnoDBCluster", "scale", { instances: "3" }, [0.2, 2, 0], [0.5, 6, 0]],
  ["mysql", "InnoDBCluster", "routers", { routers: "3" }, [0.2, 2, 0], [0.3, 2, 0]],
  ["mysql", "InnoDBCluster", "resources", sizes, [0.2, 2, 0], [1.1, 2, 0]],
  ["mysql", "InnoDBCluster", "expose", { how: "LoadBalancer" }, [0.2, 2, 0], [0.2, 2, 1]],
  ["redis", "RedisReplication", "scale", { servers: "2" }, [0.15, 3, 0], [0.1, 2, 0]],
  ["redis", "RedisReplication", "expose", { how: "LoadBalancer" }, [0.15, 3, 0], [0.15, 3, 1]],
  ["kubeblocks", "Cluster", "scale", { component: "postgresql", replicas: "2" }, [0.1, 1, 0], [0.2, 2, 0]],
  ["kubeblocks", "Cluster", "expose", { how: "LoadBalancer", port: "5432" }, [0.1, 1, 0], [0.1, 1, 1]],
  ["kubeblocks", "Cluster", "stop", {}, [0.1, 1, 0], [0, 1, 0]],
  ["kubeblocks", "Cluster", "start", {}, [0, 0, 0], [0.1, 0, 0], stopped],
])(
  "%s: a %s after %s asks for what that says",
  async (provider, kind, name, inputs, before, after, change) => {
    const object = await instance(provider, kind, change);
    expect(await asked(provider, object)).toEqual(before);
    expect(await asked(provider, (await act(provider, object, name, inputs)).object)).toEqual(after);
  },
);

it("of a copy as much is told as of what is copied", async () => {
  const object = (await instance("postgres", "postgresql", {
    ...running,
    spec: { volume: { size: "3Gi" } },
  })) as Instance;
  const { created } = await act("postgres", object, "clone", { name: "copy" });
  expect(created).toHaveLength(1);
  for (const copy of created) expect(await asked("postgres", copy)).toEqual(await asked("postgres", object));
});

it("of what a KubeBlocks backup is restored as, as much is told as of the cluster when it was backed up", async () => {
  const size = { spec: { resources: { requests: { storage: "3Gi" } } } };
  const spec = {
    clusterDefinitionRef: "postgresql",
    clusterVersionRef: "postgresql-14.8.0",
    componentSpecs: [
      {
        ...{ name: "postgresql", componentDefRef: "postgresql", replicas: 2 },
        resources: { requests: { cpu: "250m", memory: "1Gi" } },
        volumeClaimTemplates: [{ name: "data", ...size }],
      },
    ],
    services: [{ name: "outside", spec: { type: "LoadBalancer" } }],
  };
  const cluster = await instance("kubeblocks", "Cluster", { spec });
  expect(await asked("kubeblocks", cluster)).toEqual([0.5, 6, 1]);
  const backup = await instance("kubeblocks", "Backup", {
    metadata: { annotations: { "kubeblocks.io/cluster-snapshot": JSON.stringify(cluster) } },
    status: { phase: "Completed" },
  });
  const { expected } = await act("kubeblocks", backup, "restore", { name: "again" });
  expect(expected.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([["Cluster", "again"]]);
  // Load balancers of the cluster's own are not made again.
  for (const made of expected) expect(await asked("kubeblocks", made)).toEqual([0.5, 6, 0]);
});

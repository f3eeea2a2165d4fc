import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import type { ApiObject, Cluster } from "../../lib/cluster/index.ts";
import { until } from "../../lib/cluster/testing/until.ts";
import { createWithSecrets } from "../../lib/hub/instance-secrets.ts";
import { expand, expandAll } from "../../lib/images/expand.ts";
import { readFolder, readImage } from "../../lib/images/index.ts";
import { instanceRequest } from "../../lib/install/instance-requests.ts";
import { instanceView } from "../../lib/install/instance-view.ts";
import { selects } from "../../lib/install/paths.ts";
import { NOTHING, plus } from "../../lib/metering/money.ts";
import { usageOf } from "../../lib/metering/uses.ts";
import type { InstanceKind } from "../../lib/model/image.ts";
import type { KubernetesObject } from "../../lib/model/kubernetes.ts";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import { mergePatch } from "../server/machinery.ts";
import { installProviderKinds, runOperator } from "./testing.ts";

const OPERATORS = [
  "ghcr.io/zalando/postgres-operator:v1.15.1",
  "container-registry.oracle.com/mysql/community-operator:9.5.0-2.2.6",
  "ghcr.io/ot-container-kit/redis-operator/redis-operator:v0.22.2",
  "docker.io/apecloud/kubeblocks:0.9.5",
  "ghcr.io/labring/sealos-objectstorage-controller:v5.0.1",
  "gcr.io/k8s-staging-cluster-api/capd-manager:v1.14.2",
  "registry.k8s.io/cluster-api/cluster-api-controller:v1.14.2",
];
/** What a workspace gives containers that ask for nothing. */
const LIMITS = [
  { type: "Container", default: { cpu: "2", memory: "2Gi" }, defaultRequest: { cpu: "30m", memory: "48Mi" } },
];

let server: TestCluster;
let cluster: Cluster;

const folder = (provider: string) => new URL(`../../providers/${provider}/`, import.meta.url);

beforeAll(async () => {
  server = await startTestCluster({ speed: 40 });
  cluster = server.admin;
  await installProviderKinds(cluster);
  await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "capi-system" } });
  for (const document of parseAllDocuments(
    await readFile(new URL("manifests/30-class.yaml", folder("cluster-api")), "utf8"),
  ))
    await cluster.apply(document.toJS() as ApiObject, { fieldManager: "test" });
  for (const image of OPERATORS) await runOperator(cluster, image);
}, 180_000);
afterAll(() => server?.stop());

async function kindOf(provider: string, name: string): Promise<InstanceKind> {
  const { provider: declared } = readImage(await readFolder(fileURLToPath(folder(provider))));
  const kind = declared?.instances.find((each) => each.kind === name);
  if (!kind) throw new Error(`${provider} brings no ${name}`);
  return kind;
}

const ofKind = (apiVersion: string, kind: string, namespace: string) =>
  cluster
    .list<KubernetesObject>({ apiVersion, kind, namespace })
    .then(({ items }) => items.map((each) => ({ ...each, apiVersion, kind })));

/** What is there for an instance, as metering counts it. */
async function made(namespace: string) {
  const counted = await Promise.all(
    ["Pod", "PersistentVolumeClaim", "Service"].map((kind) => ofKind("v1", kind, namespace)),
  );
  return counted
    .flat()
    .flatMap((object) => usageOf(object) ?? [])
    .reduce((sum, { rates }) => plus(sum, rates), NOTHING);
}

async function phaseOf(kind: InstanceKind, object: KubernetesObject, namespace: string): Promise<string> {
  const { name } = object.metadata;
  const selector = await expandAll(kind.workloads.selector, { name, namespace, object });
  const own = async (apiVersion: string, of: string) =>
    (await ofKind(apiVersion, of, namespace)).filter(({ metadata }) => selects(selector, metadata.labels));
  const workloads = await Promise.all(kind.workloads.kinds.map((each) => own("apps/v1", each)));
  const members = kind.members && (await own(kind.members.apiVersion, kind.members.kind));
  const parts = { workloads: workloads.flat(), pods: await own("v1", "Pod"), ...(members && { members }) };
  return instanceView("p", kind, object, parts).phase;
}

/** Sizes of two components: one with two volumes each, one that says nothing of what it asks for. */
const volume = (name: string, storage: string) => ({
  ...{ name, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } } },
});
const COMPONENTS = [
  {
    ...{ name: "redis", componentDefRef: "redis", replicas: 2 },
    resources: { limits: { cpu: "200m", memory: "256Mi" } },
    volumeClaimTemplates: [volume("data", "1Gi"), volume("log", "512Mi")],
  },
  { ...{ name: "redis-sentinel", componentDefRef: "redis-sentinel", replicas: 3 } },
];

test.each<[provider: string, kind: string, title: string, change: object]>([
  ["postgres", "postgresql", "as its form begins", {}],
  [
    ...["postgres", "postgresql", "with three instances, a load balancer and no sizes"],
    {
      spec: {
        numberOfInstances: 3,
        volume: { size: "3Gi" },
        resources: null,
        enableMasterLoadBalancer: true,
      },
    },
  ] as [string, string, string, object],
  ["mysql", "InnoDBCluster", "as its form begins", {}],
  [
    ...["mysql", "InnoDBCluster", "with three instances, two routers and the operator's volumes"],
    {
      spec: {
        ...{ instances: 3, router: { instances: 2 }, podSpec: null, datadirVolumeClaimTemplate: null },
        service: { type: "LoadBalancer" },
      },
    },
  ] as [string, string, string, object],
  ["redis", "Redis", "as its form begins", {}],
  [
    "redis",
    "Redis",
    "with an exporter and no volume",
    { spec: { storage: null, redisExporter: { enabled: true, image: "e" } } },
  ],
  ["redis", "RedisReplication", "as its form begins", {}],
  [
    ...["redis", "RedisReplication", "with two servers and a load balancer"],
    {
      spec: {
        clusterSize: 2,
        kubernetesConfig: { resources: null, service: { serviceType: "LoadBalancer" } },
      },
    },
  ] as [string, string, string, object],
  ["kubeblocks", "Cluster", "as its form begins", {}],
  [
    ...["kubeblocks", "Cluster", "of two components"],
    {
      spec: {
        ...{ clusterDefinitionRef: "redis", clusterVersionRef: "redis-7.0.6", componentSpecs: COMPONENTS },
        services: [
          {
            name: "out",
            componentSelector: "redis",
            spec: { type: "LoadBalancer", ports: [{ port: 6379 }] },
          },
        ],
      },
    },
  ] as [string, string, string, object],
  ["objectstorage", "ObjectStorageBucket", "as its form begins", {}],
  ["cluster-api", "Cluster", "as its form begins", {}],
])(
  "%s: what is told of a %s %s is what its operator makes",
  async (provider, name, title, change) => {
    const kind = await kindOf(provider, name);
    const namespace = `n-${Buffer.from(`${provider} ${name} ${title}`).toString("hex").slice(0, 50)}-${title.length}`;
    await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const accounts = { apiVersion: "v1", kind: "ServiceAccount", namespace };
    await until(cluster, accounts, (all) => all.length > 0);
    const range = {
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { name: "limits", namespace },
      spec: { limits: LIMITS },
    };
    await cluster.create(range as ApiObject);
    const begun = parse(await expand(kind.template, { name: "shop", namespace })) as KubernetesObject;
    const object = mergePatch(begun, change) as KubernetesObject;
    const request = await instanceRequest(kind, object, [range as KubernetesObject]);
    if (!request || request === "unread") throw new Error(`nothing is told of ${name}`);
    expect(request.least).toBe(/no sizes|operator's/.test(title));
    const { amounts } = request;
    const told = {
      cpu: Math.round((amounts["requests.cpu"] ?? 0) * 1000),
      memory: amounts["requests.memory"] ?? 0,
      storage: amounts["requests.storage"] ?? 0,
      loadBalancers: amounts["services.loadbalancers"] ?? 0,
    };
    await createWithSecrets(cluster, kind, object);
    await vi.waitFor(
      async () => {
        const live = await cluster.get<KubernetesObject>({
          apiVersion: kind.apiVersion,
          kind: kind.kind,
          name: "shop",
          namespace,
        });
        expect(await phaseOf(kind, live, namespace)).toBe("Running");
        expect(await made(namespace)).toEqual(told);
      },
      { timeout: 60_000, interval: 250 },
    );
  },
  180_000,
);

import type { ApiObject } from "../../lib/cluster/index.ts";
import { isReady } from "../workloads/pods.ts";
import type { Container, StatefulSet } from "../workloads/types.ts";
import {
  at,
  type Child,
  CONTROLLER,
  ensure,
  ensureStatefulSet,
  isRolledOut,
  labelRoles,
  number,
  ownedBy,
  podsOf,
  remove,
  text,
} from "./children.ts";
import {
  follow,
  type Instance,
  type OperatorContext,
  type Running,
  report,
  type SimulatedOperator,
  setFinalizers,
} from "./context.ts";

const API_VERSION = "redis.redis.opstreelabs.in/v1beta2";
const MANAGER = "redis-operator";

interface Setup {
  kind: string;
  role: "standalone" | "replication";
  finalizer: string;
}

const SETUPS: Setup[] = [
  { kind: "Redis", role: "standalone", finalizer: "redisFinalizer" },
  { kind: "RedisReplication", role: "replication", finalizer: "redisReplicationFinalizer" },
];

/** OT-Container-Kit's redis-operator, for its kinds Redis and RedisReplication. */
export const redis: SimulatedOperator = {
  name: "redis-operator",
  images: /^(quay\.io\/opstree\/redis-operator|ghcr\.io\/ot-container-kit\/redis-operator\/redis-operator)\b/,
  start(context): Running {
    const running = SETUPS.map((setup) => {
      const instanceOf = ({ metadata: { labels = {} } }: ApiObject) =>
        labels.redis_setup_type === setup.role ? labels.app : undefined;
      return follow<Instance>(
        context,
        { apiVersion: API_VERSION, kind: setup.kind },
        instanceOf,
        (instance) => reconcile(context, instance, setup),
      );
    });
    return {
      async stop() {
        await Promise.all(running.map((each) => each.stop()));
      },
    };
  },
};

async function reconcile(context: OperatorContext, instance: Instance, setup: Setup): Promise<undefined> {
  const { name, namespace = "", finalizers = [], deletionTimestamp } = instance.metadata;
  if (deletionTimestamp) {
    if (!finalizers.includes(setup.finalizer)) return undefined;
    if (at(instance.spec, "storage", "keepAfterDelete") !== true)
      await removeClaims(context, instance, setup);
    await setFinalizers(
      context,
      instance,
      finalizers.filter((each) => each !== setup.finalizer),
    );
    return undefined;
  }
  if (!finalizers.includes(setup.finalizer))
    await setFinalizers(context, instance, [...finalizers, setup.finalizer]);
  for (const service of servicesOf(instance, setup)) await ensure(context, MANAGER, service);
  await ensureStatefulSet(context, MANAGER, statefulSetOf(instance, setup));
  if (setup.role !== "replication") return undefined;
  const set = context.statefulSets.get(namespace, name);
  const pods = podsOf(context, set).filter(isReady);
  await labelRoles(context, pods, "redis-role", ["master", "slave"]);
  const [master] = pods;
  if (master && isRolledOut(set)) await report(context, instance, { masterNode: master.metadata.name });
  return undefined;
}

const labelsOf = (name: string, { role }: Setup) => ({ app: name, redis_setup_type: role, role });

const instanceAnnotations = (name: string) => ({
  "redis.opstreelabs.in": "true",
  "redis.opstreelabs.instance": name,
});

function servicesOf(instance: Instance, setup: Setup): Child[] {
  const { name, namespace } = instance.metadata;
  const labels = labelsOf(name, setup);
  const annotations = {
    ...instanceAnnotations(name),
    "prometheus.io/port": "9121",
    "prometheus.io/scrape": "true",
  };
  const ports = [{ name: "redis-client", port: 6379, protocol: "TCP", targetPort: 6379 }];
  const service = (suffix: string, extra: Record<string, string> = {}, spec: object = {}): Child => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: `${name}${suffix}`,
      namespace,
      labels: { ...labels, ...extra },
      annotations,
      ownerReferences: ownedBy(instance, CONTROLLER),
    },
    spec: { type: "ClusterIP", ports, selector: { ...labels, ...extra }, ...spec },
  });
  // Only the additional one follows what the manifest says of its type.
  const type = text(at(instance.spec, "kubernetesConfig", "service", "serviceType"), "ClusterIP");
  const outside = service("-additional", {}, { type });
  const common = [service(""), outside, service("-headless", {}, { clusterIP: "None" })];
  if (setup.role === "standalone") return common;
  return [
    ...common,
    service("-master", { "redis-role": "master" }),
    service("-replica", { "redis-role": "slave" }),
  ];
}

function statefulSetOf(instance: Instance, setup: Setup): Child & { spec: StatefulSet["spec"] } {
  const { name, namespace } = instance.metadata;
  const { spec = {} } = instance;
  const labels = labelsOf(name, setup);
  const annotations = instanceAnnotations(name);
  const config = at(spec, "kubernetesConfig");
  const secret = at(config, "redisSecret") as { name?: string; key?: string } | undefined;
  const claim = at(spec, "storage", "volumeClaimTemplate", "spec") as NonNullable<
    StatefulSet["spec"]["volumeClaimTemplates"]
  >[number]["spec"];
  const password =
    secret?.name && secret.key
      ? [{ name: "REDIS_PASSWORD", valueFrom: { secretKeyRef: { name: secret.name, key: secret.key } } }]
      : [];
  const exporter = at(spec, "redisExporter");
  const containers: Container[] = [
    {
      name,
      image: text(at(config, "image"), "quay.io/opstree/redis:v7.0.15"),
      env: [
        { name: "REDIS_ADDR", value: "redis://localhost:6379" },
        { name: "SERVER_MODE", value: setup.role },
        { name: "SETUP_MODE", value: setup.role },
        ...password,
      ],
      resources: at(config, "resources") as Container["resources"],
      readinessProbe: { initialDelaySeconds: 1, periodSeconds: 10 },
    },
  ];
  if (at(exporter, "enabled") === true) {
    const ports = [{ name: "redis-exporter", containerPort: 9121, protocol: "TCP" }];
    containers.push({ name: "redis-exporter", image: text(at(exporter, "image")), ports });
  }
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name, namespace, labels, annotations, ownerReferences: ownedBy(instance, CONTROLLER) },
    spec: {
      replicas: setup.role === "replication" ? number(spec.clusterSize, 3) : 1,
      serviceName: `${name}-headless`,
      podManagementPolicy: "OrderedReady",
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations }, spec: { containers: containers.map(withProbe) } },
      volumeClaimTemplates: claim ? [{ metadata: { name, labels, annotations }, spec: claim }] : [],
    },
  };
}

/** The exec probe that the operator's image ships. */
function withProbe(container: Container): Container {
  if (!container.readinessProbe) return container;
  const exec = { command: ["bash", "/usr/bin/healthcheck.sh"] };
  return {
    ...container,
    readinessProbe: { ...container.readinessProbe, exec } as Container["readinessProbe"],
  };
}

async function removeClaims(context: OperatorContext, instance: Instance, setup: Setup): Promise<void> {
  const { name, namespace } = instance.metadata;
  const replicas = setup.role === "replication" ? number(instance.spec?.clusterSize, 3) : 1;
  const refs = Array.from({ length: replicas }, (_, ordinal) => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    name: `${name}-${name}-${ordinal}`,
    namespace,
  }));
  await remove(context, ...refs);
}

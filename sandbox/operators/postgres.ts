import type { ApiObject } from "../../lib/cluster/index.ts";
import { isReady } from "../workloads/pods.ts";
import type { StatefulSet } from "../workloads/types.ts";
import {
  at,
  type Child,
  ensure,
  ensureSecret,
  ensureStatefulSet,
  isRolledOut,
  labelRoles,
  number,
  podsOf,
  randomPassword,
  removeLabelled,
  text,
} from "./children.ts";
import { follow, type Instance, type OperatorContext, report, type SimulatedOperator } from "./context.ts";
import { keepLogicalBackup } from "./postgres-backups.ts";

const TYPE = { apiVersion: "acid.zalan.do/v1", kind: "postgresql" };
const MANAGER = "postgres-operator";
const IMAGE = "ghcr.io/zalando/spilo-17:4.0-p3";
/** Patroni electing, the operator logging in and creating roles and databases. */
const LOGIN_MS = 1_500;

/** Zalando's postgres-operator: children without owner references, removed by the operator itself. */
export const postgres: SimulatedOperator = {
  name: "postgres-operator",
  images: /^(ghcr\.io|registry\.opensource\.zalan\.do)\/(zalando|acid)\/postgres-operator\b/,
  start(context) {
    const readySince = new Map<string, number>();
    const labelled = (object: ApiObject) =>
      object.metadata.labels?.application === "spilo" ? object.metadata.labels["cluster-name"] : undefined;
    return follow<Instance>(
      context,
      TYPE,
      labelled,
      (instance) => reconcile(context, instance, readySince),
      async (instance) => {
        readySince.delete(instance.metadata.uid ?? "");
        await removeChildren(context, instance);
      },
    );
  },
};

async function reconcile(context: OperatorContext, instance: Instance, readySince: Map<string, number>) {
  const { name, namespace = "", uid = "", deletionTimestamp } = instance.metadata;
  if (deletionTimestamp) return undefined;
  const set = (phase: string) => report(context, instance, { PostgresClusterStatus: phase });
  const phase = text(instance.status?.PostgresClusterStatus);
  const team = text(instance.spec?.teamId);
  // A team's prefix in the name is asked for only by enable_team_id_clustername_prefix, which is off by default.
  if (!team) {
    await set("Invalid");
    return undefined;
  }
  if (!phase || phase === "Invalid") await set("Creating");
  const changed = await makeChildren(context, instance, team);
  if (changed && phase === "Running") {
    readySince.delete(uid);
    await set("Updating");
  }
  const statefulSet = context.statefulSets.get(namespace, name);
  const pods = podsOf(context, statefulSet);
  await labelRoles(context, pods.filter(isReady), "spilo-role", ["master", "replica"]);
  if (changed || !isRolledOut(statefulSet)) {
    readySince.delete(uid);
    return undefined;
  }
  if (text(instance.status?.PostgresClusterStatus) === "Running") return undefined;
  const since = readySince.get(uid) ?? performance.now();
  readySince.set(uid, since);
  const left = since + context.pace(LOGIN_MS) - performance.now();
  if (left > 0) return { requeueAfterMs: left };
  await writeMaster(context, instance, team);
  await set("Running");
  return undefined;
}

const labelsOf = (name: string, team: string) => ({ application: "spilo", "cluster-name": name, team });

async function makeChildren(context: OperatorContext, instance: Instance, team: string): Promise<boolean> {
  const { name, namespace } = instance.metadata;
  const labels = labelsOf(name, team);
  await ensure(context, MANAGER, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "postgres-pod", namespace },
  });
  await ensure(context, MANAGER, {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "postgres-pod", namespace },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "postgres-pod" },
    subjects: [{ kind: "ServiceAccount", name: "postgres-pod", namespace }],
  });
  for (const child of servicesAndBudgets(instance, labels)) await ensure(context, MANAGER, child);
  await keepLogicalBackup(context, instance, labels);
  const before = context.statefulSets.get(namespace, name);
  let changed = false;
  for (const user of usersOf(instance)) {
    const secret = `${user.replaceAll("_", "-")}.${name}.credentials.postgresql.acid.zalan.do`;
    const known = await context.cluster.find({ apiVersion: "v1", kind: "Secret", name: secret, namespace });
    if (known) continue;
    changed ||= before !== undefined;
    const values = () => ({ username: user, password: randomPassword(64) });
    await ensureSecret(context, { name: secret, namespace, labels }, values);
  }
  const applied = await ensureStatefulSet(context, MANAGER, statefulSetOf(instance, labels));
  return applied || changed;
}

/** Superuser, replication user, those of the manifest, and login roles of prepared databases that ask for them. */
function usersOf(instance: Instance): string[] {
  const prepared = Object.entries((instance.spec?.preparedDatabases ?? {}) as Record<string, unknown>);
  const defaults = prepared
    .filter(([, database]) => at(database, "defaultUsers") === true)
    .flatMap(([database]) => ["owner", "reader", "writer"].map((role) => `${database}_${role}_user`));
  const named = Object.keys((instance.spec?.users ?? {}) as Record<string, unknown>);
  return [...new Set(["postgres", "standby", ...named, ...defaults])];
}

function servicesAndBudgets(instance: Instance, labels: Record<string, string>): Child[] {
  const { name, namespace } = instance.metadata;
  const { spec = {} } = instance;
  const master = { ...labels, "spilo-role": "master" };
  const replica = { ...labels, "spilo-role": "replica" };
  const cluster = { application: "spilo", "cluster-name": name };
  const ports = [{ name: "postgresql", port: 5432, protocol: "TCP", targetPort: 5432 }];
  const instances = number(spec.numberOfInstances, 1);
  return [
    // Without a selector: Patroni writes the Endpoints.
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace, labels: master },
      spec: { ports, ...exposure(spec) },
    },
    { apiVersion: "v1", kind: "Endpoints", metadata: { name, namespace, labels: master } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: `${name}-repl`, namespace, labels: replica },
      spec: { ports, type: "ClusterIP", selector: { ...cluster, "spilo-role": "replica" } },
    },
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: `postgres-${name}-pdb`, namespace, labels },
      spec: {
        minAvailable: instances > 0 ? 1 : 0,
        selector: { matchLabels: { ...cluster, "spilo-role": "master" } },
      },
    },
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: `postgres-${name}-critical-op-pdb`, namespace, labels },
      spec: { selector: { matchLabels: { ...cluster, "critical-operation": "true" } } },
    },
  ];
}

/** How the master's Service is reached: a load balancer stays closed to everybody until somebody is named. */
function exposure(spec: Record<string, unknown>): { type: string; loadBalancerSourceRanges?: unknown[] } {
  if (spec.enableMasterLoadBalancer === true) {
    const ranges = spec.allowedSourceRanges;
    const loadBalancerSourceRanges = Array.isArray(ranges) && ranges.length > 0 ? ranges : ["127.0.0.1/32"];
    return { type: "LoadBalancer", loadBalancerSourceRanges };
  }
  return { type: spec.enableMasterNodePort === true ? "NodePort" : "ClusterIP" };
}

/** Where a clone takes its data from: the running source. */
function cloneEnvironment(spec: Record<string, unknown>): { name: string; value: string }[] {
  const source = text(at(spec, "clone", "cluster"));
  if (!source) return [];
  return [
    { name: "CLONE_SCOPE", value: source },
    { name: "CLONE_METHOD", value: "CLONE_WITH_BASEBACKUP" },
    { name: "CLONE_HOST", value: source },
    { name: "CLONE_PORT", value: "5432" },
    { name: "CLONE_USER", value: "standby" },
  ];
}

function statefulSetOf(
  instance: Instance,
  labels: Record<string, string>,
): Child & { spec: StatefulSet["spec"] } {
  const { name, namespace = "" } = instance.metadata;
  const { spec = {} } = instance;
  const version = text(at(spec, "postgresql", "version"), "17");
  const storageClass = text(at(spec, "volume", "storageClass"));
  const resources = at(spec, "resources") as {
    requests?: Record<string, string>;
    limits?: Record<string, string>;
  };
  const secret = `postgres.${name}.credentials.postgresql.acid.zalan.do`;
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name, namespace, labels },
    spec: {
      replicas: number(spec.numberOfInstances, 1),
      serviceName: name,
      podManagementPolicy: "OrderedReady",
      selector: { matchLabels: { application: "spilo", "cluster-name": name } },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: "postgres-pod",
          terminationGracePeriodSeconds: 300,
          containers: [
            {
              name: "postgres",
              image: text(spec.dockerImage, IMAGE),
              ports: [8008, 5432, 8080].map((containerPort) => ({ containerPort, protocol: "TCP" })),
              resources: {
                requests: { cpu: "100m", memory: "100Mi", ...resources?.requests },
                limits: { cpu: "1", memory: "500Mi", ...resources?.limits },
              },
              env: [
                ...((spec.env ?? []) as { name: string; value?: string }[]),
                ...cloneEnvironment(spec),
                { name: "SCOPE", value: name },
                { name: "PGROOT", value: "/home/postgres/pgdata/pgroot" },
                { name: "PGVERSION", value: version },
                { name: "PGUSER_SUPERUSER", value: "postgres" },
                {
                  name: "PGPASSWORD_SUPERUSER",
                  valueFrom: { secretKeyRef: { name: secret, key: "password" } },
                },
              ],
              volumeMounts: [{ name: "pgdata", mountPath: "/home/postgres/pgdata" }],
            } as StatefulSet["spec"]["template"]["spec"]["containers"][number],
          ],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: "pgdata", labels },
          spec: {
            accessModes: ["ReadWriteOnce"],
            resources: { requests: { storage: text(at(spec, "volume", "size"), "1Gi") } },
            ...(storageClass ? { storageClassName: storageClass } : {}),
          },
        },
      ],
      updateStrategy: { type: "RollingUpdate" },
    },
  };
}

/** Patroni's part: the Endpoints of the master's Service point at the leader. */
async function writeMaster(context: OperatorContext, instance: Instance, team: string): Promise<void> {
  const { name, namespace = "" } = instance.metadata;
  const [leader] = podsOf(context, context.statefulSets.get(namespace, name));
  if (!leader?.status?.podIP) return;
  const { podIP } = leader.status;
  const targetRef = { kind: "Pod", name: leader.metadata.name, namespace, uid: leader.metadata.uid };
  await ensure(context, "patroni", {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { name, namespace, labels: { ...labelsOf(name, team), "spilo-role": "master" } },
    subsets: [
      {
        addresses: [{ ip: podIP, nodeName: leader.spec.nodeName, targetRef }],
        ports: [{ name: "postgresql", port: 5432, protocol: "TCP" }],
      },
    ],
  });
}

async function removeChildren(context: OperatorContext, instance: Instance): Promise<void> {
  const { name, namespace } = instance.metadata;
  await removeLabelled(context, namespace, `application=spilo,cluster-name=${name}`, [
    { apiVersion: "apps/v1", kind: "StatefulSet" },
    { apiVersion: "batch/v1", kind: "CronJob" },
    { apiVersion: "v1", kind: "Service" },
    { apiVersion: "v1", kind: "Endpoints" },
    { apiVersion: "v1", kind: "Secret" },
    { apiVersion: "policy/v1", kind: "PodDisruptionBudget" },
    { apiVersion: "v1", kind: "PersistentVolumeClaim" },
  ]);
}

import type { ApiObject } from "../../lib/cluster/index.ts";
import { timestamp } from "../workloads/conditions.ts";
import { isReady } from "../workloads/pods.ts";
import type { Container, StatefulSet } from "../workloads/types.ts";
import {
  at,
  type Child,
  CONTROLLER,
  ensure,
  ensureSecret,
  ensureStatefulSet,
  isRolledOut,
  number,
  ownedBy,
  podsOf,
  randomPassword,
  remove,
  text,
} from "./children.ts";
import {
  follow,
  type Instance,
  type OperatorContext,
  report,
  type SimulatedOperator,
  setFinalizers,
} from "./context.ts";
import { followBackups, keepSchedules } from "./mysql-backups.ts";

/** Name of the container in which the operator lets people set what mysqld may take. */
const SERVER = "mysql";
const TYPE = { apiVersion: "mysql.oracle.com/v2", kind: "InnoDBCluster" };
const MANAGER = "mysql-operator";
const FINALIZER = "mysql.oracle.com/cluster";
const LABEL = "mysql.oracle.com/cluster";
const VERSION = "9.5.0";
const CONFIGURE_MS = 1_500;

/** Oracle's MySQL operator. Volumes outlive the cluster, as they do there. */
export const mysql: SimulatedOperator = {
  name: "mysql-operator",
  images: /^container-registry\.oracle\.com\/mysql\/community-operator\b/,
  start(context) {
    const readySince = new Map<string, number>();
    const instanceOf = ({ metadata }: ApiObject) => metadata.labels?.[LABEL];
    const clusters = follow<Instance>(context, TYPE, instanceOf, (instance) =>
      reconcile(context, instance, readySince),
    );
    const backups = followBackups(context);
    return {
      async stop() {
        await Promise.all([clusters.stop(), backups.stop()]);
      },
    };
  },
};

async function reconcile(context: OperatorContext, instance: Instance, readySince: Map<string, number>) {
  const { name, namespace = "", uid = "", finalizers = [], deletionTimestamp } = instance.metadata;
  const instances = number(instance.spec?.instances, 1);
  const known = text(at(instance.status, "cluster", "status"));
  const say = (status: string, online: number) =>
    known === status && at(instance.status, "cluster", "onlineInstances") === online
      ? Promise.resolve()
      : report(context, instance, {
          cluster: { status, onlineInstances: online, lastProbeTime: timestamp() },
          createTime: text(instance.status?.createTime) || timestamp(),
        });
  if (deletionTimestamp) {
    if (!finalizers.includes(FINALIZER)) return undefined;
    await say("FINALIZING", 0);
    await remove(context, { apiVersion: "apps/v1", kind: "StatefulSet", name, namespace });
    const left = context.pods
      .list(namespace)
      .some(({ metadata }) => metadata.labels?.[LABEL] === name && metadata.labels.component === "mysqld");
    if (left || context.statefulSets.get(namespace, name)) return { requeueAfterMs: context.pace(500) };
    await setFinalizers(
      context,
      instance,
      finalizers.filter((each) => each !== FINALIZER),
    );
    return undefined;
  }
  const rootSecret = text(instance.spec?.secretName);
  if (!(await exists(context, "Secret", rootSecret, namespace))) {
    await say("PENDING", 0);
    return { requeueAfterMs: context.pace(2_000) };
  }
  if (!known) await say("PENDING", 0);
  if (!finalizers.includes(FINALIZER)) await setFinalizers(context, instance, [...finalizers, FINALIZER]);
  await makeChildren(context, instance, /^(ONLINE|OFFLINE)/.test(known));
  const set = context.statefulSets.get(namespace, name);
  const ready = podsOf(context, set).filter(isReady);
  if (!isRolledOut(set)) {
    readySince.delete(uid);
    const wasOnline = known.startsWith("ONLINE");
    const phase =
      wasOnline && ready.length > 0
        ? "ONLINE_PARTIAL"
        : wasOnline && ready.length === 0
          ? "OFFLINE"
          : "INITIALIZING";
    if (podsOf(context, set).length > 0 || wasOnline) await say(phase, wasOnline ? ready.length : 0);
    return undefined;
  }
  if (instances === 0) {
    await say("OFFLINE", 0);
    return undefined;
  }
  const since = readySince.get(uid) ?? performance.now();
  readySince.set(uid, since);
  const wait = known === "ONLINE" ? 0 : since + context.pace(CONFIGURE_MS) - performance.now();
  if (wait > 0) return { requeueAfterMs: wait };
  await say("ONLINE", ready.length);
  await ensure(context, MANAGER, routersOf(instance, true));
  return undefined;
}

async function exists(
  context: OperatorContext,
  kind: string,
  name: string,
  namespace: string,
): Promise<boolean> {
  return (
    name !== "" && (await context.cluster.find({ apiVersion: "v1", kind, name, namespace })) !== undefined
  );
}

const serverLabels = (name: string) => ({ component: "mysqld", tier: "mysql", [LABEL]: name });
const routerLabels = (name: string) => ({ component: "mysqlrouter", tier: "mysql", [LABEL]: name });

function recommended(name: string, component: "database" | "router") {
  const what = component === "database" ? "mysql-server" : "mysql-router";
  return {
    "app.kubernetes.io/component": component,
    "app.kubernetes.io/created-by": MANAGER,
    "app.kubernetes.io/instance": `mysql-innodbcluster-${name}-${what}`,
    "app.kubernetes.io/managed-by": MANAGER,
    "app.kubernetes.io/name": component === "database" ? "mysql-innodbcluster-mysql-server" : "mysql-router",
  };
}

async function makeChildren(context: OperatorContext, instance: Instance, online: boolean): Promise<void> {
  const { name, namespace } = instance.metadata;
  const base = { tier: "mysql", [LABEL]: name };
  const owner = { ownerReferences: ownedBy(instance, CONTROLLER) };
  const secret = (suffix: string, values: () => Record<string, string>) =>
    ensureSecret(context, { name: `${name}-${suffix}`, namespace, labels: base, ...owner }, values);
  await secret("privsecrets", () => ({
    clusterAdminUsername: "mysqladmin",
    clusterAdminPassword: randomPassword(24),
  }));
  await secret("router", () => ({ routerUsername: "mysqlrouter", routerPassword: randomPassword(24) }));
  await secret("backup", () => ({ backupUsername: "mysqlbackup", backupPassword: randomPassword(24) }));
  for (const child of [...plainChildren(instance, base, owner), routersOf(instance, online)])
    await ensure(context, MANAGER, child);
  await ensureStatefulSet(context, MANAGER, statefulSetOf(instance, owner));
  if (online) await keepSchedules(context, instance, owner);
}

function plainChildren(
  instance: Instance,
  labels: Record<string, string>,
  owner: { ownerReferences: NonNullable<ApiObject["metadata"]["ownerReferences"]> },
): Child[] {
  const { name, namespace = "" } = instance.metadata;
  const meta = (childName: string, extra = {}) => ({
    name: childName,
    namespace,
    labels: { ...labels, ...extra },
    ...owner,
  });
  const port = (portName: string, number: number, targetPort = number) => ({
    name: portName,
    port: number,
    protocol: "TCP",
    targetPort,
  });
  const account = `${name}-sidecar-sa`;
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: meta(account) },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: meta(`${name}-sidecar-rb`),
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "mysql-sidecar" },
      subjects: [{ kind: "ServiceAccount", name: account, namespace }],
    },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: meta(`${name}-initconf`),
      data: { "99-extra.cnf": text(instance.spec?.mycnf, "# simulated\n") },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: meta(`${name}-instances`, recommended(name, "database")),
      spec: {
        clusterIP: "None",
        publishNotReadyAddresses: true,
        type: "ClusterIP",
        selector: serverLabels(name),
        ports: [port("mysql", 3306), port("mysqlx", 33060), port("gr-xcom", 33061)],
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: meta(name, recommended(name, "router")),
      spec: {
        type: text(at(instance.spec, "service", "type"), "ClusterIP"),
        selector: routerLabels(name),
        ports: [
          port("mysql", 3306, 6446),
          port("mysqlx", 33060, 6448),
          port("mysql-alternate", 6446),
          port("mysqlx-alternate", 6448),
          port("mysql-ro", 6447),
          port("mysqlx-ro", 6449),
          port("mysql-rw-split", 6450),
          port("router-rest", 8443),
        ],
      },
    },
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: meta(`${name}-pdb`),
      spec: { maxUnavailable: 1, selector: { matchLabels: serverLabels(name) } },
    },
  ];
}

/** Routers start once the cluster is up; until then there are none. */
function routersOf(instance: Instance, online: boolean): Child {
  const { name, namespace } = instance.metadata;
  const labels = { ...routerLabels(name), ...recommended(name, "router") };
  const ports = [6446, 6447, 6448, 6449, 6450, 8443].map((containerPort) => ({
    containerPort,
    protocol: "TCP",
  }));
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: `${name}-router`, namespace, labels, ownerReferences: ownedBy(instance, CONTROLLER) },
    spec: {
      replicas: online ? number(at(instance.spec, "router", "instances"), 1) : 0,
      selector: { matchLabels: routerLabels(name) },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: `${name}-sidecar-sa`,
          containers: [{ name: "router", image: image(instance, "community-router"), ports }],
        },
      },
    },
  };
}

function image(instance: Instance, repository: string): string {
  const base = text(instance.spec?.imageRepository, "container-registry.oracle.com/mysql");
  return `${base}/${repository}:${text(instance.spec?.version, VERSION)}`;
}

function statefulSetOf(
  instance: Instance,
  owner: { ownerReferences: NonNullable<ApiObject["metadata"]["ownerReferences"]> },
): Child & { spec: StatefulSet["spec"] } {
  const { name, namespace } = instance.metadata;
  const labels = { ...serverLabels(name), ...recommended(name, "database") };
  const claim = (at(instance.spec, "datadirVolumeClaimTemplate") ?? {}) as Record<string, unknown>;
  const rootSecret = text(instance.spec?.secretName);
  const server = image(instance, "community-server");
  const containers = at(instance.spec, "podSpec", "containers") as
    | { name: string; resources?: Container["resources"] }[]
    | undefined;
  const resources = containers?.find((each) => each.name === SERVER)?.resources;
  const annotations = instance.spec?.podAnnotations as Record<string, string> | undefined;
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name, namespace, labels, ...owner },
    spec: {
      replicas: number(instance.spec?.instances, 1),
      serviceName: `${name}-instances`,
      podManagementPolicy: "OrderedReady",
      selector: { matchLabels: serverLabels(name) },
      template: {
        metadata: { labels, ...(annotations ? { annotations } : {}) },
        spec: {
          serviceAccountName: `${name}-sidecar-sa`,
          initContainers: [
            {
              name: "initmysql",
              image: server,
              env: [
                {
                  name: "MYSQL_ROOT_PASSWORD",
                  valueFrom: { secretKeyRef: { name: rootSecret, key: "rootPassword" } },
                },
              ],
            },
          ],
          containers: [
            {
              name: "sidecar",
              image: `container-registry.oracle.com/mysql/community-operator:${VERSION}-2.2.6`,
            },
            {
              name: SERVER,
              image: server,
              resources,
              ports: [
                { name: "mysql", containerPort: 3306, protocol: "TCP" },
                { name: "mysqlx", containerPort: 33060, protocol: "TCP" },
                { name: "gr-xcom", containerPort: 33061, protocol: "TCP" },
              ],
            },
          ],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: "datadir", labels: { tier: "mysql", [LABEL]: name } },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2Gi" } }, ...claim },
        },
      ],
    },
  };
}

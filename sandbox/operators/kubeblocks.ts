import type { ApiObject } from "../../lib/cluster/index.ts";
import { timestamp, withCondition } from "../workloads/conditions.ts";
import { isReady } from "../workloads/pods.ts";
import type { Condition, Container, StatefulSet } from "../workloads/types.ts";
import {
  type Child,
  CONTROLLER,
  ensure,
  ensureSecret,
  ensureStatefulSet,
  isRolledOut,
  labelRoles,
  number,
  ownedBy,
  podsOf,
  randomPassword,
  remove,
  removeLabelled,
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
import { type Engine, engineOf } from "./kubeblocks-engines.ts";

const TYPE = { apiVersion: "apps.kubeblocks.io/v1alpha1", kind: "Cluster" };
const MANAGER = "kubeblocks";
const FINALIZER = "cluster.kubeblocks.io/finalizer";
const INSTANCE = "app.kubernetes.io/instance";
const COMPONENT = "apps.kubeblocks.io/component-name";

interface Component {
  name: string;
  componentDefRef?: string;
  componentDef?: string;
  serviceVersion?: string;
  replicas?: number;
  stop?: boolean;
  serviceAccountName?: string;
  resources?: Container["resources"];
  volumeClaimTemplates?: { name: string; spec?: Record<string, unknown> }[];
}

/** KubeBlocks 0.9 with its usual addons; clusters by definition and version names, or by component definitions. */
export const kubeblocks: SimulatedOperator = {
  name: "kubeblocks",
  images: /^(docker\.io\/)?apecloud\/kubeblocks(:|@|$)|\/apecloud\/kubeblocks(:|@|$)/,
  start(context) {
    const instanceOf = ({ metadata: { labels = {} } }: ApiObject) =>
      labels["app.kubernetes.io/managed-by"] === MANAGER ? labels[INSTANCE] : undefined;
    return follow<Instance>(context, TYPE, instanceOf, (instance) => reconcile(context, instance));
  },
};

const componentsOf = (instance: Instance) => (instance.spec?.componentSpecs ?? []) as Component[];
const definitionOf = (component: Component) =>
  component.componentDef ?? component.componentDefRef ?? component.name;

async function reconcile(context: OperatorContext, instance: Instance) {
  const { finalizers = [], deletionTimestamp, namespace = "", name } = instance.metadata;
  if (deletionTimestamp) return terminate(context, instance);
  if (!finalizers.includes(FINALIZER)) await setFinalizers(context, instance, [...finalizers, FINALIZER]);
  const components = componentsOf(instance);
  const unknown = components.filter(
    (component) => !engineOf(`${definitionOf(component)} ${text(instance.spec?.clusterDefinitionRef)}`),
  );
  if (unknown.length > 0) {
    const message = `no addon offers the component definition ${unknown.map(definitionOf).join(", ")}`;
    await report(context, instance, {
      phase: "Failed",
      message,
      observedGeneration: instance.metadata.generation,
    });
    return undefined;
  }
  const before = text(instance.status?.phase);
  if (!before) await report(context, instance, { phase: "Creating", ...started(instance) });
  let changed = await makeSecrets(context, instance);
  for (const component of components)
    changed = (await makeComponent(context, instance, component)) || changed;
  changed = (await removeDropped(context, instance, components)) || changed;
  const phases: Record<string, { phase: string; podsReady: boolean }> = {};
  for (const component of components) {
    const set = context.statefulSets.get(namespace, `${name}-${component.name}`);
    const engine = engineFor(instance, component);
    const pods = podsOf(context, set).filter(isReady);
    if (engine?.roles) await labelRoles(context, pods, "kubeblocks.io/role", engine.roles);
    const done = isRolledOut(set);
    const stopped = wantedOf(component) === 0;
    const running =
      before === "Running" || before === "Updating" || before === "Stopped" || before === "Stopping";
    const moving = stopped ? "Stopping" : running ? "Updating" : "Creating";
    phases[component.name] = {
      phase: done ? (stopped ? "Stopped" : "Running") : moving,
      podsReady: done && !stopped,
    };
  }
  await writeStatus(context, instance, phases, changed && before !== "" && before !== "Creating");
  return undefined;
}

const wantedOf = (component: Component) => (component.stop ? 0 : number(component.replicas, 1));

/** The engine of a component: by its own definition, else by the cluster's. */
function engineFor(instance: Instance, component: Component): Engine | undefined {
  return engineOf(definitionOf(component)) ?? engineOf(text(instance.spec?.clusterDefinitionRef));
}

/** `postgresql-14.8.0` → `14.8.0`, and the service version of newer clusters as it is. */
function versionOf(instance: Instance, component: Component): string {
  if (component.serviceVersion) return component.serviceVersion;
  const match = /-(\d[\w.]*(?:-\d+)?)$/.exec(text(instance.spec?.clusterVersionRef));
  return match?.[1] ?? "latest";
}

function labelsOf(instance: Instance, component?: Component): Record<string, string> {
  const definition = text(instance.spec?.clusterDefinitionRef) || (component ? definitionOf(component) : "");
  return {
    [INSTANCE]: instance.metadata.name,
    "app.kubernetes.io/managed-by": MANAGER,
    ...(definition ? { "app.kubernetes.io/name": definition } : {}),
    ...(component
      ? { "app.kubernetes.io/component": definitionOf(component), [COMPONENT]: component.name }
      : {}),
  };
}

/** `<name>-conn-credential` for the first component, and an account Secret for each. */
async function makeSecrets(context: OperatorContext, instance: Instance): Promise<boolean> {
  const { name, namespace = "" } = instance.metadata;
  const passwords = new Map<string, string>();
  for (const component of componentsOf(instance)) {
    const engine = engineFor(instance, component);
    if (!engine?.user) continue;
    const host = `${name}-${component.name}.${namespace}.svc`;
    const metadata = {
      name: `${name}-${component.name}-account-${engine.user}`,
      namespace,
      labels: { ...labelsOf(instance, component), "account.kubeblocks.io/name": engine.user },
      finalizers: [],
      ownerReferences: ownedBy(instance, CONTROLLER),
    };
    const values = await ensureSecret(context, metadata, () => ({
      username: engine.user,
      password: randomPassword(16),
      host,
      port: String(engine.port),
      endpoint: `${host}:${engine.port}`,
    }));
    passwords.set(component.name, values.password ?? "");
  }
  const [first] = componentsOf(instance);
  const engine = first && engineFor(instance, first);
  if (!first || !engine) return false;
  const service = `${name}-${first.name}`;
  const host = `${service}.${namespace}.svc`;
  const headless = `${service}-0.${service}-headless.${namespace}.svc`;
  const metadata = {
    name: `${name}-conn-credential`,
    namespace,
    labels: labelsOf(instance),
    ownerReferences: ownedBy(instance, CONTROLLER),
  };
  await ensureSecret(context, metadata, () => ({
    username: engine.user,
    password: passwords.get(first.name) ?? randomPassword(16),
    host,
    port: String(engine.port),
    endpoint: `${host}:${engine.port}`,
    headlessHost: headless,
    headlessPort: String(engine.port),
    headlessEndpoint: `${headless}:${engine.port}`,
  }));
  return false;
}

async function makeComponent(
  context: OperatorContext,
  instance: Instance,
  component: Component,
): Promise<boolean> {
  const engine = engineFor(instance, component);
  if (!engine) return false;
  const { name, namespace } = instance.metadata;
  const fullName = `${name}-${component.name}`;
  const labels = labelsOf(instance, component);
  const selector = { [INSTANCE]: name, "app.kubernetes.io/managed-by": MANAGER, [COMPONENT]: component.name };
  const owner = { ownerReferences: ownedBy(instance, CONTROLLER) };
  const ports = [
    { name: engine.container, port: engine.port, protocol: "TCP", targetPort: engine.container },
  ];
  const leader = engine.roles ? { "kubeblocks.io/role": engine.roles[0] } : {};
  const services: Child[] = [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: fullName, namespace, labels, ...owner },
      spec: { type: "ClusterIP", ports, selector: { ...selector, ...leader } },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: `${fullName}-headless`, namespace, labels, ...owner },
      spec: { type: "ClusterIP", clusterIP: "None", publishNotReadyAddresses: true, ports, selector },
    },
  ];
  for (const service of services) await ensure(context, MANAGER, service);
  await ensureAccount(context, instance, component.serviceAccountName);
  return ensureStatefulSet(context, MANAGER, statefulSetOf(instance, component, engine, labels, selector));
}

/** The account that a component names, unless somebody else has made it already. */
async function ensureAccount(
  context: OperatorContext,
  instance: Instance,
  name: string | undefined,
): Promise<void> {
  const { namespace } = instance.metadata;
  if (!name || (await context.cluster.find({ apiVersion: "v1", kind: "ServiceAccount", name, namespace })))
    return;
  const metadata = {
    name,
    namespace,
    labels: labelsOf(instance),
    ownerReferences: ownedBy(instance, CONTROLLER),
  };
  await context.cluster.create({ apiVersion: "v1", kind: "ServiceAccount", metadata });
}

function statefulSetOf(
  instance: Instance,
  component: Component,
  engine: Engine,
  labels: Record<string, string>,
  matchLabels: Record<string, string>,
): Child & { spec: StatefulSet["spec"] } {
  const { name, namespace } = instance.metadata;
  const fullName = `${name}-${component.name}`;
  const account = `${fullName}-account-${engine.user}`;
  const version = versionOf(instance, component);
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: fullName, namespace, labels, ownerReferences: ownedBy(instance, CONTROLLER) },
    spec: {
      replicas: wantedOf(component),
      serviceName: `${fullName}-headless`,
      podManagementPolicy: "Parallel",
      selector: { matchLabels },
      template: {
        metadata: { labels: { ...labels, "app.kubernetes.io/version": version } },
        spec: {
          ...(component.serviceAccountName ? { serviceAccountName: component.serviceAccountName } : {}),
          containers: [
            {
              name: engine.container,
              image: `${engine.image}:${version}`,
              ports: [{ name: engine.container, containerPort: engine.port, protocol: "TCP" }],
              env: ["username", "password"].map((key) => ({
                name: `DB_${key.toUpperCase()}`,
                valueFrom: { secretKeyRef: { name: account, key } },
              })),
              ...(component.resources ? { resources: component.resources } : {}),
            },
          ],
        },
      },
      volumeClaimTemplates: (component.volumeClaimTemplates ?? []).map((template) => ({
        metadata: { name: template.name, labels: { ...labels, "vct.kubeblocks.io/name": template.name } },
        spec: { accessModes: ["ReadWriteOnce"], ...template.spec },
      })),
    },
  };
}

/** Components that the spec no longer has. */
async function removeDropped(
  context: OperatorContext,
  instance: Instance,
  components: Component[],
): Promise<boolean> {
  const { name, namespace } = instance.metadata;
  const dropped = context.statefulSets
    .list(namespace)
    .filter(
      ({ metadata: { labels = {} } }) =>
        labels[INSTANCE] === name && labels["app.kubernetes.io/managed-by"] === MANAGER,
    )
    .map(({ metadata }) => metadata.labels?.[COMPONENT] ?? "")
    .filter((component) => !components.some((each) => each.name === component));
  for (const component of dropped) {
    const fullName = `${name}-${component}`;
    await remove(
      context,
      { apiVersion: "apps/v1", kind: "StatefulSet", name: fullName, namespace },
      { apiVersion: "v1", kind: "Service", name: fullName, namespace },
      { apiVersion: "v1", kind: "Service", name: `${fullName}-headless`, namespace },
    );
  }
  return dropped.length > 0;
}

function started(instance: Instance) {
  const conditions = withCondition(instance.status?.conditions as Condition[] | undefined, {
    type: "ProvisioningStarted",
    status: "True",
    reason: "PreCheckSucceed",
    message: `The operator has started the provisioning of Cluster: ${instance.metadata.name}`,
    observedGeneration: instance.metadata.generation,
  });
  return { conditions };
}

async function writeStatus(
  context: OperatorContext,
  instance: Instance,
  components: Record<string, { phase: string; podsReady: boolean }>,
  changed: boolean,
): Promise<void> {
  const { name, generation } = instance.metadata;
  const all = Object.values(components).map(({ phase }) => phase);
  const every = (phase: string) => all.every((each) => each === phase);
  const settled = all.every((phase) => phase === "Running" || phase === "Stopped");
  const phase = changed
    ? (all.find((each) => each === "Stopping") ?? "Updating")
    : every("Stopped")
      ? "Stopped"
      : settled
        ? "Running"
        : (all.find((each) => each !== "Running" && each !== "Stopped") ?? "Creating");
  const ready = phase === "Running";
  const known = (instance.status?.components ?? {}) as Record<
    string,
    { podsReadyTime?: string; podsReady?: boolean }
  >;
  const described = Object.entries(components).map(([component, { phase: each, podsReady }]) => {
    const readySince = podsReady ? (known[component]?.podsReadyTime ?? timestamp()) : undefined;
    return [component, { phase: each, podsReady, ...(readySince ? { podsReadyTime: readySince } : {}) }];
  });
  let { conditions } = started(instance);
  const set = (type: string, good: boolean, reason: [string, string], message: string) => {
    conditions = withCondition(conditions, {
      type,
      status: good ? "True" : "False",
      reason: reason[good ? 0 : 1],
      message,
      observedGeneration: generation,
    });
  };
  set("ApplyResources", true, ["ApplyResourcesSucceed", ""], "Successfully applied for resources");
  const waiting = Object.keys(components).filter((component) => !components[component]?.podsReady);
  const replicas = ready
    ? "all pods of components are ready, waiting for the probe detection successful"
    : `pods are not ready in Components: ${waiting}`;
  set("ReplicasReady", ready, ["AllReplicasReady", "ReplicasNotReady"], replicas);
  set(
    "Ready",
    ready,
    ["ClusterReady", "ComponentsNotReady"],
    ready
      ? `Cluster: ${name} is ready, current phase is Running`
      : `pods are unavailable in Components: ${waiting}`,
  );
  await report(context, instance, {
    phase,
    observedGeneration: generation,
    components: Object.fromEntries(described),
    conditions,
  });
}

/** `DoNotTerminate` refuses; `Halt` keeps the volumes; the others remove everything. */
async function terminate(context: OperatorContext, instance: Instance) {
  const { name, namespace, finalizers = [] } = instance.metadata;
  if (!finalizers.includes(FINALIZER)) return undefined;
  const policy = text(instance.spec?.terminationPolicy, "Delete");
  if (policy === "DoNotTerminate") {
    const message = "spec.terminationPolicy is DoNotTerminate: change it before deleting the cluster";
    await report(context, instance, { message });
    return undefined;
  }
  await report(context, instance, { phase: "Deleting" });
  const selector = `${INSTANCE}=${name},app.kubernetes.io/managed-by=${MANAGER}`;
  await removeLabelled(context, namespace, selector, [
    { apiVersion: "apps/v1", kind: "StatefulSet" },
    { apiVersion: "v1", kind: "Service" },
    ...(policy === "Halt"
      ? []
      : [
          { apiVersion: "v1", kind: "Secret" },
          { apiVersion: "v1", kind: "PersistentVolumeClaim" },
        ]),
  ]);
  const left = context.pods
    .list(namespace)
    .some(
      ({ metadata: { labels = {} } }) =>
        labels[INSTANCE] === name && labels["app.kubernetes.io/managed-by"] === MANAGER,
    );
  if (left) return { requeueAfterMs: context.pace(500) };
  await setFinalizers(
    context,
    instance,
    finalizers.filter((each) => each !== FINALIZER),
  );
  return undefined;
}

import type { ApiObject } from "../../lib/cluster/index.ts";
import { timestamp, withCondition } from "../workloads/conditions.ts";
import { isReady } from "../workloads/pods.ts";
import type { Condition } from "../workloads/types.ts";
import { isRolledOut, labelRoles, podsOf, remove, removeLabelled, text } from "./children.ts";
import {
  follow,
  type Instance,
  type OperatorContext,
  report,
  type SimulatedOperator,
  setFinalizers,
} from "./context.ts";
import { BACKUP, followBackups } from "./kubeblocks-backups.ts";
import {
  CLUSTER,
  COMPONENT,
  type Component,
  componentsOf,
  definitionOf,
  engineFor,
  INSTANCE,
  MANAGER,
  makeClusterServices,
  makeComponent,
  makeSecrets,
  wantedOf,
} from "./kubeblocks-children.ts";
import { followRequests } from "./kubeblocks-requests.ts";

const FINALIZER = "cluster.kubeblocks.io/finalizer";

/** KubeBlocks 0.9 with its usual addons; clusters by definition and version names, or by component definitions. */
export const kubeblocks: SimulatedOperator = {
  name: "kubeblocks",
  images: /^(docker\.io\/)?apecloud\/kubeblocks(:|@|$)|\/apecloud\/kubeblocks(:|@|$)/,
  start(context) {
    const instanceOf = ({ metadata: { labels = {} } }: ApiObject) =>
      labels["app.kubernetes.io/managed-by"] === MANAGER ? labels[INSTANCE] : undefined;
    const works = [
      follow<Instance>(context, CLUSTER, instanceOf, (instance) => reconcile(context, instance)),
      followRequests(context),
      followBackups(context),
    ];
    return {
      async stop() {
        await Promise.all(works.map((each) => each.stop()));
      },
    };
  },
};

async function reconcile(context: OperatorContext, instance: Instance) {
  const { finalizers = [], deletionTimestamp, namespace = "", name } = instance.metadata;
  if (deletionTimestamp) return terminate(context, instance);
  if (!finalizers.includes(FINALIZER)) await setFinalizers(context, instance, [...finalizers, FINALIZER]);
  const components = componentsOf(instance);
  const unknown = components.filter((component) => !engineFor(instance, component));
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
  await makeSecrets(context, instance);
  let changed = false;
  for (const component of components)
    changed = (await makeComponent(context, instance, component)) || changed;
  await makeClusterServices(context, instance);
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

/** `DoNotTerminate` refuses; `Halt` keeps the volumes; `WipeOut` takes the backups along. */
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
  if (policy === "WipeOut") await removeLabelled(context, namespace, `${INSTANCE}=${name}`, [BACKUP]);
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

import { isComplete, rollingLimits, total, writeDeploymentStatus } from "./deployment-status.ts";
import { nameHash, sameValue } from "./hash.ts";
import { controlledBy, controllerOf, isControlledBy } from "./owners.ts";
import type { Deployment, PodTemplate, ReplicaSet } from "./types.ts";
import type { Controller, World } from "./world.ts";

const HASH = "pod-template-hash";
const REVISION = "deployment.kubernetes.io/revision";
const SOURCE = { component: "deployment-controller" };
const KEPT_OUT = ["kubectl.kubernetes.io/last-applied-configuration", REVISION];

/** Rolls each Deployment's template out through ReplicaSets. */
export function deployments(world: World): Controller {
  return world.controller(
    world.deployments,
    (deployment) => reconcile(world, deployment),
    (add) =>
      world.replicaSets.subscribe(({ object }) => {
        const owner = controllerOf(object);
        if (owner?.kind === "Deployment") add(`${object.metadata.namespace}/${owner.name}`);
      }),
  );
}

const wantedOf = (set: ReplicaSet) => set.spec.replicas ?? 0;
const revisionOf = (set: ReplicaSet) => Number(set.metadata.annotations?.[REVISION] ?? 0);

async function reconcile(
  world: World,
  deployment: Deployment,
): Promise<{ requeueAfterMs: number } | undefined> {
  const sets = world.replicaSets
    .list(deployment.metadata.namespace)
    .filter((set) => isControlledBy(set, deployment));
  if (deployment.metadata.deletionTimestamp) return undefined;
  let current = sets.find((set) => sameTemplate(set.spec.template, deployment.spec.template));
  if (!current && !deployment.spec.paused) {
    await createSet(world, deployment, sets);
    // The new ReplicaSet's arrival in the local copy brings this Deployment back.
    return undefined;
  }
  if (current && !deployment.spec.paused) current = await markCurrent(world, deployment, current, sets);
  const old = sets.filter((set) => set.metadata.uid !== current?.metadata.uid);
  if (current && !deployment.spec.paused) await roll(world, deployment, current, old);
  else if (current && old.every((set) => wantedOf(set) === 0)) {
    await scale(world, deployment, current, deployment.spec.replicas ?? 1);
  }
  const deadline = await writeDeploymentStatus(world, deployment, current, [
    ...old,
    ...(current ? [current] : []),
  ]);
  if (current && isComplete(deployment, current, old)) await clean(world, deployment, old);
  return deadline;
}

function sameTemplate(a: PodTemplate, b: PodTemplate): boolean {
  const plain = ({ metadata, spec }: PodTemplate) => {
    const { [HASH]: _hash, ...labels } = metadata?.labels ?? {};
    return { spec, labels, annotations: metadata?.annotations ?? {} };
  };
  return sameValue(plain(a), plain(b));
}

async function createSet(world: World, deployment: Deployment, sets: ReplicaSet[]): Promise<void> {
  const { template, selector, minReadySeconds } = deployment.spec;
  const { name, namespace } = deployment.metadata;
  const hash = nameHash([template, deployment.status?.collisionCount ?? 0]);
  const revision = Math.max(0, ...sets.map(revisionOf)) + 1;
  const surge = deployment.spec.strategy?.type === "Recreate" ? 0 : rollingLimits(deployment).surge;
  const labels = { ...template.metadata?.labels, [HASH]: hash };
  const set: ReplicaSet = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations: annotationsFor(deployment, revision, surge),
      ownerReferences: [controlledBy(deployment)],
    },
    spec: {
      replicas: 0,
      minReadySeconds,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
  await world.cluster.create(set);
}

function annotationsFor(deployment: Deployment, revision: number, surge: number): Record<string, string> {
  const replicas = deployment.spec.replicas ?? 1;
  const own = Object.entries(deployment.metadata.annotations ?? {}).filter(
    ([key]) => !KEPT_OUT.includes(key),
  );
  return {
    ...Object.fromEntries(own),
    [REVISION]: String(revision),
    "deployment.kubernetes.io/desired-replicas": String(replicas),
    "deployment.kubernetes.io/max-replicas": String(replicas + surge),
  };
}

/** Gives the current ReplicaSet the highest revision (also after going back to an old one), and the Deployment its number. */
async function markCurrent(
  world: World,
  deployment: Deployment,
  current: ReplicaSet,
  sets: ReplicaSet[],
): Promise<ReplicaSet> {
  const others = sets.filter((set) => set !== current).map(revisionOf);
  const highest = Math.max(0, ...others);
  const revision = Math.max(revisionOf(current), highest + 1);
  const surge = deployment.spec.strategy?.type === "Recreate" ? 0 : rollingLimits(deployment).surge;
  const annotations = annotationsFor(deployment, revision, surge);
  const known = current.metadata.annotations ?? {};
  const { name, namespace } = current.metadata;
  let marked = current;
  if (Object.entries(annotations).some(([key, value]) => known[key] !== value)) {
    const ref = { apiVersion: "apps/v1", kind: "ReplicaSet", name, namespace };
    marked = await world.cluster.patch<ReplicaSet>(ref, { metadata: { annotations } }, { type: "merge" });
  }
  if (deployment.metadata.annotations?.[REVISION] !== String(revision)) {
    const ref = { apiVersion: "apps/v1", kind: "Deployment", name: deployment.metadata.name, namespace };
    const patch = { metadata: { annotations: { [REVISION]: String(revision) } } };
    // Through its status, as the controller does: an annotation written there counts as no new generation.
    const options = { type: "merge", subresource: "status" } as const;
    const patched = await world.cluster.patch<Deployment>(ref, patch, options);
    deployment.metadata = {
      ...deployment.metadata,
      resourceVersion: patched.metadata.resourceVersion,
      annotations: patched.metadata.annotations,
    };
  }
  return marked;
}

async function roll(
  world: World,
  deployment: Deployment,
  current: ReplicaSet,
  old: ReplicaSet[],
): Promise<void> {
  const replicas = deployment.spec.replicas ?? 1;
  if (deployment.spec.strategy?.type === "Recreate") {
    for (const set of old) await scale(world, deployment, set, 0);
    if (old.every((set) => wantedOf(set) === 0 && world.podsOf(set).length === 0)) {
      await scale(world, deployment, current, replicas);
    }
    return;
  }
  const { surge, unavailable } = rollingLimits(deployment);
  const all = [...old, current];
  if (wantedOf(current) > replicas) return scale(world, deployment, current, replicas);
  const room = replicas + surge - total(all, wantedOf);
  if (wantedOf(current) < replicas && room > 0) {
    return scale(world, deployment, current, Math.min(replicas, wantedOf(current) + room));
  }
  const available = total(all, (set) => set.status?.availableReplicas);
  const newUnavailable = wantedOf(current) - (current.status?.availableReplicas ?? 0);
  let removable = total(all, wantedOf) - (replicas - unavailable) - newUnavailable;
  // Pods that never became available cost nothing to remove.
  for (const set of old) {
    const unhealthy = Math.max(0, wantedOf(set) - (set.status?.availableReplicas ?? 0));
    const less = Math.min(removable, unhealthy);
    if (less <= 0) continue;
    await scale(world, deployment, set, wantedOf(set) - less);
    set.spec = { ...set.spec, replicas: wantedOf(set) - less };
    removable -= less;
  }
  let spare = Math.min(removable, available - (replicas - unavailable));
  for (const set of [...old].sort((a, b) => revisionOf(a) - revisionOf(b))) {
    const less = Math.min(spare, wantedOf(set));
    if (less <= 0) continue;
    await scale(world, deployment, set, wantedOf(set) - less);
    spare -= less;
  }
}

async function scale(world: World, deployment: Deployment, set: ReplicaSet, replicas: number): Promise<void> {
  const before = wantedOf(set);
  if (before === replicas) return;
  const { name, namespace, resourceVersion } = set.metadata;
  const ref = { apiVersion: "apps/v1", kind: "ReplicaSet", name, namespace };
  await world.cluster.patch(ref, { metadata: { resourceVersion }, spec: { replicas } }, { type: "merge" });
  const direction = replicas > before ? "up" : "down";
  const message = `Scaled ${direction} replica set ${name} from ${before} to ${replicas}`;
  world.events.normal(deployment, SOURCE, "ScalingReplicaSet", message);
}

/** Removes empty ReplicaSets beyond the history limit, oldest first. */
async function clean(world: World, deployment: Deployment, old: ReplicaSet[]): Promise<void> {
  const limit = deployment.spec.revisionHistoryLimit ?? 10;
  const empty = old
    .filter(
      (set) => wantedOf(set) === 0 && (set.status?.replicas ?? 0) === 0 && !set.metadata.deletionTimestamp,
    )
    .sort((a, b) => revisionOf(a) - revisionOf(b));
  for (const set of empty.slice(0, Math.max(0, empty.length - limit))) {
    const { name, namespace, uid } = set.metadata;
    await world.cluster.delete({ apiVersion: "apps/v1", kind: "ReplicaSet", name, namespace }, { uid });
  }
}

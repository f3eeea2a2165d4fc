import { ApiError, type ApiObject, isAlreadyExists } from "../../lib/cluster/index.ts";
import { nameHash, sameValue } from "./hash.ts";
import { controlledBy, controllerOf, isControlledBy } from "./owners.ts";
import { createPod, deletePod, isTermination } from "./pod-control.ts";
import { availableInMs, isFinished, isReady, isTerminating } from "./pods.ts";
import { count } from "./replica-set.ts";
import type { Pod, StatefulSet } from "./types.ts";
import type { Controller, World } from "./world.ts";

const REVISION = "controller-revision-hash";
const SOURCE = { component: "statefulset-controller" };

interface Revision extends ApiObject {
  revision: number;
  data: { spec: { template: unknown } };
}

/** Runs each StatefulSet's pods in order, with claims of their own. */
export function statefulSets(world: World): Controller {
  return world.controller(
    world.statefulSets,
    (set) => reconcile(world, set),
    (add) => {
      world.pods.subscribe(({ object }) => {
        const owner = controllerOf(object);
        if (owner?.kind === "StatefulSet") add(`${object.metadata.namespace}/${owner.name}`);
      });
    },
  );
}

async function reconcile(world: World, set: StatefulSet): Promise<{ requeueAfterMs: number } | undefined> {
  if (set.metadata.deletionTimestamp) return undefined;
  const { current, update } = await revisions(world, set);
  const replicas = set.spec.replicas ?? 1;
  const start = set.spec.ordinals?.start ?? 0;
  const pods = new Map<number, Pod>();
  for (const pod of await world.livePodsOf(set, set.spec.selector.matchLabels))
    pods.set(ordinalOf(set, pod), pod);
  const requeue = await step(world, set, pods, { start, end: start + replicas, current, update });
  await writeStatus(world, set, current, update, replicas);
  return requeue;
}

function ordinalOf(set: StatefulSet, pod: Pod): number {
  return Number(pod.metadata.name.slice(set.metadata.name.length + 1));
}

/** One step towards the wanted pods; the pods' own events bring the next. */
async function step(
  world: World,
  set: StatefulSet,
  pods: Map<number, Pod>,
  plan: { start: number; end: number; current: string; update: string },
): Promise<{ requeueAfterMs: number } | undefined> {
  const parallel = set.spec.podManagementPolicy === "Parallel";
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  const minReady = set.spec.minReadySeconds ?? 0;
  let blocked = false;
  for (let ordinal = plan.start; ordinal < plan.end; ordinal++) {
    const pod = pods.get(ordinal);
    if (pod && isFinished(pod) && !isTerminating(pod)) {
      await deletePod(world, set, pod);
      blocked = true;
    } else if (!pod) {
      const revision = ordinal < partition ? plan.current : plan.update;
      await createOrdinal(world, set, ordinal, revision);
      blocked = true;
    } else if (availableInMs(pod, minReady) !== 0) blocked = true;
    if (blocked && !parallel) {
      const wait = pod && availableInMs(pod, minReady);
      return wait ? { requeueAfterMs: wait + 20 } : undefined;
    }
  }
  const surplus = [...pods.keys()]
    .filter((ordinal) => ordinal < plan.start || ordinal >= plan.end)
    .sort((a, b) => b - a);
  for (const ordinal of surplus) {
    const pod = pods.get(ordinal);
    if (pod && !isTerminating(pod)) await deletePod(world, set, pod);
    if (!parallel) return undefined;
  }
  if (surplus.length > 0 || blocked) return undefined;
  await dropClaims(world, set, plan.end);
  if ((set.spec.updateStrategy?.type ?? "RollingUpdate") !== "RollingUpdate") return undefined;
  for (let ordinal = plan.end - 1; ordinal >= Math.max(plan.start, partition); ordinal--) {
    const pod = pods.get(ordinal);
    if (!pod) return undefined;
    if (pod.metadata.labels?.[REVISION] !== plan.update) {
      if (!isTerminating(pod)) await deletePod(world, set, pod);
      return undefined;
    }
    if (!isReady(pod)) return undefined;
  }
  return undefined;
}

async function createOrdinal(
  world: World,
  set: StatefulSet,
  ordinal: number,
  revision: string,
): Promise<void> {
  const { name } = set.metadata;
  const podName = `${name}-${ordinal}`;
  const templates = set.spec.volumeClaimTemplates ?? [];
  const claimed = new Set(templates.map(({ metadata }) => metadata.name));
  try {
    for (const template of templates) await ensureClaim(world, set, template, ordinal);
    await createPod(world, set, set.spec.template, {
      name: podName,
      labels: {
        [REVISION]: revision,
        "statefulset.kubernetes.io/pod-name": podName,
        "apps.kubernetes.io/pod-index": String(ordinal),
      },
      spec: {
        hostname: podName,
        subdomain: set.spec.serviceName,
        volumes: [
          ...(set.spec.template.spec.volumes ?? []).filter((volume) => !claimed.has(volume.name)),
          ...templates.map(({ metadata }) => ({
            name: metadata.name,
            persistentVolumeClaim: { claimName: `${metadata.name}-${podName}` },
          })),
        ],
      },
    });
  } catch (error) {
    if (isAlreadyExists(error) || isTermination(error)) return;
    throw error;
  }
}

async function ensureClaim(
  world: World,
  set: StatefulSet,
  template: NonNullable<StatefulSet["spec"]["volumeClaimTemplates"]>[number],
  ordinal: number,
): Promise<void> {
  const { namespace } = set.metadata;
  const name = `${template.metadata.name}-${set.metadata.name}-${ordinal}`;
  if (world.claims.get(namespace, name)) return;
  const { name: _name, labels, annotations } = template.metadata;
  const whenDeleted = set.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted;
  try {
    await world.cluster.create({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: {
        name,
        namespace,
        labels: { ...labels, ...set.spec.selector.matchLabels },
        annotations,
        ...(whenDeleted === "Delete" ? { ownerReferences: [controlledBy(set)] } : {}),
      },
      spec: template.spec,
    } as ApiObject);
    const message = `create Claim ${name} Pod ${set.metadata.name}-${ordinal} in StatefulSet ${set.metadata.name} success`;
    world.events.normal(set, SOURCE, "SuccessfulCreate", message);
  } catch (error) {
    if (isAlreadyExists(error)) return;
    if (error instanceof ApiError && !isTermination(error)) {
      const where = `Pod ${set.metadata.name}-${ordinal} in StatefulSet ${set.metadata.name}`;
      world.events.warning(
        set,
        SOURCE,
        "FailedCreate",
        `create Claim ${name} for ${where} failed error: ${error.message}`,
      );
    }
    throw error;
  }
}

/** `whenScaled: Delete`: claims of ordinals that are gone. */
async function dropClaims(world: World, set: StatefulSet, end: number): Promise<void> {
  if (set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled !== "Delete") return;
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const prefix = `${template.metadata.name}-${set.metadata.name}-`;
    for (const claim of world.claims.list(set.metadata.namespace ?? "")) {
      const { name, namespace, deletionTimestamp } = claim.metadata;
      const ordinal = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN;
      if (ordinal >= end && !deletionTimestamp) {
        await world.cluster.delete({ apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace });
      }
    }
  }
}

/** The revision that pods should have, recorded as a ControllerRevision, and the one that was complete before it. */
async function revisions(world: World, set: StatefulSet): Promise<{ current: string; update: string }> {
  const { name, namespace } = set.metadata;
  const known = (set.status?.updateRevision as string | undefined) ?? "";
  const hash = nameHash(set.spec.template);
  const update = `${name}-${hash}`;
  if (known !== update) {
    const type = { apiVersion: "apps/v1", kind: "ControllerRevision", namespace };
    const { items } = await world.cluster.list<Revision>(type);
    const own = items.filter((item) => isControlledBy(item, set));
    const highest = Math.max(0, ...own.map(({ revision }) => revision));
    const template = { ...set.spec.template, $patch: "replace" };
    const existing = own.find((item) => item.metadata.name === update);
    if (!existing) {
      const revision: Revision = {
        apiVersion: "apps/v1",
        kind: "ControllerRevision",
        metadata: {
          name: update,
          namespace,
          labels: { ...set.spec.template.metadata?.labels, "controller.kubernetes.io/hash": hash },
          ownerReferences: [controlledBy(set)],
        },
        revision: highest + 1,
        data: { spec: { template } },
      };
      await world.cluster.create(revision).catch((error: unknown) => {
        if (!isAlreadyExists(error)) throw error;
      });
    } else if (existing.revision !== highest) {
      const ref = { ...type, name: update };
      await world.cluster.patch(ref, { revision: highest + 1 }, { type: "merge" });
    }
    await forget(world, set, own, [update, (set.status?.currentRevision as string | undefined) ?? update]);
  }
  const current = (set.status?.currentRevision as string | undefined) || update;
  return { current, update };
}

async function forget(world: World, set: StatefulSet, own: Revision[], inUse: string[]): Promise<void> {
  const limit = set.spec.revisionHistoryLimit ?? 10;
  const spare = own
    .filter(({ metadata }) => !inUse.includes(metadata.name))
    .sort((a, b) => a.revision - b.revision);
  for (const { metadata } of spare.slice(0, Math.max(0, spare.length - limit))) {
    const { name, namespace } = metadata;
    await world.cluster.delete({ apiVersion: "apps/v1", kind: "ControllerRevision", name, namespace });
  }
}

async function writeStatus(
  world: World,
  set: StatefulSet,
  current: string,
  update: string,
  wanted: number,
): Promise<void> {
  const pods = world.podsOf(set).filter((pod) => !isTerminating(pod));
  const updated = pods.filter((pod) => pod.metadata.labels?.[REVISION] === update);
  const minReady = set.spec.minReadySeconds ?? 0;
  const ready = pods.filter(isReady);
  const isRolling = (set.spec.updateStrategy?.type ?? "RollingUpdate") === "RollingUpdate";
  const complete =
    isRolling && updated.length === wanted && pods.length === wanted && ready.length === wanted;
  const currentRevision = complete ? update : current;
  const onCurrent = pods.filter((pod) => pod.metadata.labels?.[REVISION] === currentRevision);
  const status = {
    observedGeneration: set.metadata.generation,
    replicas: pods.length,
    ...count("readyReplicas", ready.length),
    ...count("currentReplicas", onCurrent.length),
    ...count("updatedReplicas", updated.length),
    availableReplicas: pods.filter((pod) => availableInMs(pod, minReady) === 0).length,
    currentRevision,
    updateRevision: update,
    collisionCount: 0,
  };
  if (!sameValue(status, set.status)) await world.writeStatus(set, status);
}

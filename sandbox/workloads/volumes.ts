import { isAlreadyExists, isNotFound } from "../../lib/cluster/index.ts";
import { isFinished } from "./pods.ts";
import { amount } from "./quantities.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "./types.ts";
import { type Controller, keyOf, type World } from "./world.ts";

const PROVISIONER = "simulated.sandbox.sealos.io";
const PROTECTION = "kubernetes.io/pvc-protection";
const DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";
const SOURCE = { component: PROVISIONER };

/** `standard` is the default; `openebs-backup` is what many public Sealos templates ask for. */
export async function createStorageClasses(world: World): Promise<void> {
  const driver = {
    apiVersion: "storage.k8s.io/v1",
    kind: "CSIDriver",
    metadata: { name: PROVISIONER },
    spec: { attachRequired: false, podInfoOnMount: false },
  };
  await world.cluster.create(driver).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
  for (const name of ["standard", "openebs-backup"]) {
    const annotations = name === "standard" ? { [DEFAULT_CLASS]: "true" } : undefined;
    const storageClass = {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name, annotations },
      provisioner: PROVISIONER,
      reclaimPolicy: "Delete",
      volumeBindingMode: "Immediate",
      allowVolumeExpansion: true,
    };
    await world.cluster.create(storageClass).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
  }
}

/** Provisions, binds, grows and removes volumes. */
export function volumes(world: World): Controller {
  const claims = world.controller(
    world.claims,
    (claim) => reconcile(world, claim),
    (add) => {
      world.pods.subscribe(({ type, object }) => {
        if (type !== "deleted" && !isFinished(object)) return;
        for (const { persistentVolumeClaim } of object.spec.volumes ?? []) {
          if (persistentVolumeClaim) add(`${object.metadata.namespace}/${persistentVolumeClaim.claimName}`);
        }
      });
      world.storageClasses.subscribe(() => {
        for (const claim of world.claims.list()) if (claim.status?.phase !== "Bound") add(keyOf(claim));
      });
    },
  );
  const persistent = world.controller(
    world.volumes,
    (volume) => reclaim(world, volume),
    (add) =>
      world.claims.subscribe(({ type, object }) => {
        if (type === "deleted" && object.spec.volumeName) add(`/${object.spec.volumeName}`);
      }),
  );
  return {
    async stop() {
      await Promise.all([claims.stop(), persistent.stop()]);
    },
  };
}

async function reconcile(
  world: World,
  claim: PersistentVolumeClaim,
): Promise<{ requeueAfterMs: number } | undefined> {
  if (claim.metadata.deletionTimestamp) return world.alone ? release(world, claim) : undefined;
  if (claim.status?.phase === "Bound") return expand(world, claim);
  const { name, namespace, uid = "" } = claim.metadata;
  const ref = { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace };
  if (claim.spec.storageClassName === "") return undefined;
  const className = claim.spec.storageClassName ?? defaultClass(world);
  if (!className || !world.storageClasses.get(undefined, className)) {
    const why = className
      ? `storageclass.storage.k8s.io "${className}" not found`
      : "no default storage class";
    if (world.alone)
      world.events.warning(claim, { component: "persistentvolume-controller" }, "ProvisioningFailed", why);
    return undefined;
  }
  const volumeName = claim.spec.volumeName || `pvc-${uid}`;
  const capacity = { storage: claim.spec.resources?.requests?.storage ?? "1Gi" };
  if (!world.volumes.get(undefined, volumeName)) {
    const waiting =
      `Waiting for a volume to be created either by the external provisioner '${PROVISIONER}' or manually by the ` +
      "system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.";
    if (world.alone)
      world.events.normal(
        claim,
        { component: "persistentvolume-controller" },
        "ExternalProvisioning",
        waiting,
      );
    await new Promise((resolve) => setTimeout(resolve, world.pace(300)));
    await createVolume(world, claim, volumeName, className, capacity);
    world.events.normal(
      claim,
      SOURCE,
      "ProvisioningSucceeded",
      `Successfully provisioned volume ${volumeName}`,
    );
  }
  if (!world.alone) return undefined;
  const finalizers = [...new Set([...(claim.metadata.finalizers ?? []), PROTECTION])];
  await world.cluster.patch(
    ref,
    {
      metadata: {
        uid,
        finalizers,
        annotations: {
          "pv.kubernetes.io/bind-completed": "yes",
          "pv.kubernetes.io/bound-by-controller": "yes",
          "volume.kubernetes.io/storage-provisioner": PROVISIONER,
        },
      },
      spec: { volumeName, storageClassName: className },
    },
    { type: "merge" },
  );
  const status = { phase: "Bound", accessModes: claim.spec.accessModes, capacity };
  await world.cluster.patch(ref, { metadata: { uid }, status }, { type: "merge", subresource: "status" });
  return undefined;
}

function defaultClass(world: World): string | undefined {
  return world.storageClasses.list().find(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === "true")
    ?.metadata.name;
}

async function createVolume(
  world: World,
  claim: PersistentVolumeClaim,
  name: string,
  storageClassName: string,
  capacity: Record<string, string>,
): Promise<void> {
  const volume = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name, annotations: { "pv.kubernetes.io/provisioned-by": PROVISIONER } },
    spec: {
      accessModes: claim.spec.accessModes,
      capacity,
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        name: claim.metadata.name,
        namespace: claim.metadata.namespace,
        uid: claim.metadata.uid,
      },
      csi: { driver: PROVISIONER, volumeHandle: name },
      persistentVolumeReclaimPolicy: "Delete",
      storageClassName,
      volumeMode: claim.spec.volumeMode ?? "Filesystem",
    },
  };
  await world.cluster.create(volume).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
  if (!world.alone) return;
  const ref = { apiVersion: "v1", kind: "PersistentVolume", name };
  await world.cluster.patch(ref, { status: { phase: "Bound" } }, { type: "merge", subresource: "status" });
}

async function expand(world: World, claim: PersistentVolumeClaim): Promise<undefined> {
  const wanted = claim.spec.resources?.requests?.storage;
  if (!wanted || amount(wanted) <= amount(claim.status?.capacity?.storage)) return undefined;
  const { name, namespace } = claim.metadata;
  const volume = { apiVersion: "v1", kind: "PersistentVolume", name: claim.spec.volumeName ?? "" };
  await world.cluster.patch(volume, { spec: { capacity: { storage: wanted } } }, { type: "merge" });
  const ref = { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace };
  const status = { capacity: { storage: wanted } };
  await world.cluster.patch(ref, { status }, { type: "merge", subresource: "status" });
  world.events.normal(
    claim,
    SOURCE,
    "FileSystemResizeSuccessful",
    "MountVolume.NodeExpandVolume succeeded for the simulated volume",
  );
  return undefined;
}

/** A claim may go once no pod uses it. */
async function release(world: World, claim: PersistentVolumeClaim): Promise<undefined> {
  const { name, namespace, uid, finalizers = [], resourceVersion } = claim.metadata;
  if (!finalizers.includes(PROTECTION)) return undefined;
  const used = world.pods
    .list(namespace)
    .some(
      (pod) =>
        !isFinished(pod) &&
        pod.spec.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === name),
    );
  if (used) return undefined;
  const rest = finalizers.filter((finalizer) => finalizer !== PROTECTION);
  await world.cluster.patch(
    { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace },
    { metadata: { uid, resourceVersion, finalizers: rest } },
    { type: "merge" },
  );
  return undefined;
}

/** Removes the volume of a claim that is gone, if its policy says so. */
async function reclaim(world: World, volume: PersistentVolume): Promise<undefined> {
  const claim = volume.spec.claimRef;
  if (!claim?.uid) return undefined;
  const live = world.claims.get(claim.namespace, claim.name);
  if (live?.metadata.uid === claim.uid) return undefined;
  const ref = { apiVersion: "v1", kind: "PersistentVolume", name: volume.metadata.name };
  const { items } = await world.cluster.list({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    namespace: claim.namespace,
  });
  if (items.some((item) => item.metadata.uid === claim.uid)) return undefined;
  if (volume.spec.persistentVolumeReclaimPolicy !== "Delete") {
    if (world.alone && volume.status?.phase !== "Released") {
      await world.cluster.patch(
        ref,
        { status: { phase: "Released" } },
        { type: "merge", subresource: "status" },
      );
    }
    return undefined;
  }
  try {
    if (world.alone && volume.metadata.finalizers?.length)
      await world.cluster.patch(ref, { metadata: { finalizers: [] } }, { type: "merge" });
    if (!volume.metadata.deletionTimestamp) await world.cluster.delete(ref, { uid: volume.metadata.uid });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return undefined;
}

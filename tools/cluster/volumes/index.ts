import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type Cluster,
  Informer,
  isAlreadyExists,
  isNotFound,
  WorkQueue,
} from "../../../lib/cluster/index.ts";
import {
  type Claim,
  classes,
  growth,
  isWaiting,
  PROVISIONER,
  type StorageClass,
  type Volume,
  volumeFor,
} from "./volumes.ts";

const CLAIM = { apiVersion: "v1", kind: "PersistentVolumeClaim" };
const VOLUME = { apiVersion: "v1", kind: "PersistentVolume" };

/**
 * A storage provisioner for one machine: every claim of its classes gets a `hostPath` volume in a folder of its own below
 * `dir`, which is removed with the volume. Makes the classes first. Runs until `signal` aborts.
 */
export async function runVolumes(cluster: Cluster, dir: string, signal: AbortSignal): Promise<void> {
  for (const each of classes()) {
    await cluster.create<StorageClass>(each).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
  }
  const claims = new Informer<Claim>(cluster, CLAIM);
  const volumes = new Informer<Volume>(cluster, VOLUME);
  const queue = new WorkQueue({
    concurrency: 8,
    process: (key) => {
      const [kind, namespace, name = ""] = key.split("/");
      if (kind === "claim") return settle(cluster, dir, claims.get(namespace, name), volumes);
      return reclaim(cluster, dir, volumes.get(undefined, name));
    },
    onError: (error, key) =>
      process.stderr.write(`${key}: ${error instanceof Error ? error.message : error}\n`),
  });
  claims.subscribe(({ object: { metadata } }) => queue.add(`claim/${metadata.namespace}/${metadata.name}`));
  volumes.subscribe(({ object: { metadata } }) => queue.add(`volume//${metadata.name}`));
  claims.start();
  volumes.start();
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  claims.stop();
  volumes.stop();
  queue.stop();
}

/** Gives a waiting claim its volume, and a bound one that asks for more a larger one. */
async function settle(
  cluster: Cluster,
  dir: string,
  claim: Claim | undefined,
  volumes: Informer<Volume>,
): Promise<void> {
  if (!claim || claim.metadata.deletionTimestamp) return;
  if (isWaiting(claim)) {
    const volume = volumeFor(claim, dir);
    const path = volume.spec.hostPath?.path ?? "";
    await mkdir(path, { recursive: true });
    // A hostPath is mounted as it is: containers that do not run as root must be able to write as well.
    await chmod(path, 0o777);
    await cluster.create(volume).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
    return;
  }
  const capacity = growth(claim);
  const volume = claim.spec.volumeName ? volumes.get(undefined, claim.spec.volumeName) : undefined;
  if (!capacity || volume?.metadata.annotations?.["pv.kubernetes.io/provisioned-by"] !== PROVISIONER) return;
  await cluster.patch({ ...VOLUME, name: volume.metadata.name }, { spec: { capacity } }, { type: "merge" });
  const { namespace, name } = claim.metadata;
  const status = { capacity };
  await cluster.patch({ ...CLAIM, namespace, name }, { status }, { type: "merge", subresource: "status" });
}

/** Removes a volume, and what is in it, whose claim is gone. */
async function reclaim(cluster: Cluster, dir: string, volume: Volume | undefined): Promise<void> {
  if (volume?.metadata.annotations?.["pv.kubernetes.io/provisioned-by"] !== PROVISIONER) return;
  if (volume.status?.phase !== "Released" || volume.spec.persistentVolumeReclaimPolicy !== "Delete") return;
  await rm(join(dir, volume.metadata.name), { recursive: true, force: true });
  await cluster
    .delete({ ...VOLUME, name: volume.metadata.name }, { uid: volume.metadata.uid })
    .catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
}

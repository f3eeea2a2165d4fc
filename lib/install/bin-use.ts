import { setTimeout as delay } from "node:timers/promises";
import { type Cluster, isAlreadyExists } from "../cluster/index.ts";
import type { BinEntry } from "../model/bin.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import { API_VERSION, annotation, type Installation, label } from "../model/resources.ts";
import { type BinItem, binItemsIn, keptIn } from "./bin.ts";
import { textAt } from "./paths.ts";
import { parseQuantity } from "./quantity.ts";
import { referenceOf } from "./references.ts";

const LOOK_AGAIN_MS = 250;
const INSTALLATION = { apiVersion: API_VERSION, kind: "Installation" };

/** What a person sees of the bin of a namespace, those uninstalled last first. */
export async function binEntries(cluster: Cluster, namespace: string): Promise<BinEntry[]> {
  const [items, claims, installations] = await Promise.all([
    binItemsIn(cluster, namespace),
    cluster.list<KubernetesObject>({ apiVersion: "v1", kind: "PersistentVolumeClaim", namespace }),
    cluster.list<Installation>({ ...INSTALLATION, namespace }),
  ]);
  const sizes = new Map(claims.items.map((claim) => [claim.metadata.name, sizeOf(claim)]));
  const taken = new Set(installations.items.map(({ metadata }) => metadata.name));
  return items.map((item) => {
    const { metadata } = item;
    const installation = metadata.labels?.[label.bin] ?? "";
    const kept = keptIn(item);
    const expiresAt = metadata.annotations?.[annotation.expires];
    return {
      name: metadata.name,
      installation,
      title: textAt(item, "data.title") ?? installation,
      image: textAt(item, "data.installation.spec.image") ?? "",
      removedAt: metadata.creationTimestamp ?? "",
      ...(expiresAt ? { expiresAt } : {}),
      volumes: kept
        .filter(({ kind }) => kind === "PersistentVolumeClaim")
        .map(({ name }) => ({ name, bytes: sizes.get(name) ?? 0 })),
      secrets: kept.filter(({ kind }) => kind === "Secret").length,
      taken: taken.has(installation),
    };
  });
}

function sizeOf(claim: KubernetesObject): number {
  return parseQuantity(textAt(claim, "spec.resources.requests.storage")) ?? 0;
}

/**
 * Installs again what is in the bin. While the app is still being uninstalled that is waited for, at most `waitMs`.
 * @throws ProblemError `not-found` for what is not in the bin, `conflict` while something has the app's name
 */
export async function restoreFromBin(
  cluster: Cluster,
  namespace: string,
  name: string,
  waitMs: number,
): Promise<Installation> {
  const deadline = performance.now() + waitMs;
  const installation = name.split(".bin.")[0] ?? name;
  for (;;) {
    const item = await cluster.find<BinItem>(reference(namespace, name));
    const other = await cluster.find<Installation>({ ...INSTALLATION, namespace, name: installation });
    if (item?.metadata.labels?.[label.bin] === installation && !other)
      return create(cluster, item, installation);
    const leaving = other?.metadata.deletionTimestamp !== undefined;
    if (!item && !leaving) throw notInBin(name);
    if (!leaving || performance.now() > deadline) throw nameTaken(installation);
    await delay(LOOK_AGAIN_MS);
  }
}

/**
 * Waits, at most `waitMs`, until what is being uninstalled has left its name.
 * @throws ProblemError `conflict` when it is still there then
 */
export async function untilNameIsFree(
  cluster: Cluster,
  namespace: string,
  name: string,
  waitMs: number,
): Promise<void> {
  const deadline = performance.now() + waitMs;
  while (await cluster.find<Installation>({ ...INSTALLATION, namespace, name })) {
    if (performance.now() > deadline) throw nameTaken(name);
    await delay(LOOK_AGAIN_MS);
  }
}

/** Nothing but an Installation: the record is anybody's to write who may write in the namespace. */
async function create(cluster: Cluster, item: BinItem, name: string): Promise<Installation> {
  try {
    return await cluster.create<Installation>({
      ...INSTALLATION,
      kind: "Installation",
      metadata: { name, namespace: item.metadata.namespace ?? "" },
      spec: item.data.installation.spec,
    });
  } catch (error) {
    if (isAlreadyExists(error)) throw nameTaken(name);
    throw error;
  }
}

/**
 * Deletes one item for good, or all: its volumes and Secrets go with it.
 * @throws ProblemError `not-found` for what is not in the bin, `conflict` for what is being restored
 */
export async function emptyBin(cluster: Cluster, namespace: string, name?: string): Promise<BinEntry[]> {
  const entries = await binEntries(cluster, namespace);
  const chosen =
    name === undefined ? entries.filter(({ taken }) => !taken) : entries.filter((each) => each.name === name);
  const [first] = chosen;
  if (name !== undefined && !first) throw notInBin(name);
  if (first?.taken) throw nameTaken(first.installation);
  for (const entry of chosen)
    await cluster.delete(reference(namespace, entry.name), { propagationPolicy: "Background" });
  return chosen;
}

function reference(namespace: string, name: string) {
  return referenceOf({ apiVersion: "apps/v1", kind: "ControllerRevision", metadata: { name, namespace } });
}

function notInBin(name: string): ProblemError {
  return new ProblemError(
    "not-found",
    `There is no ${name} in the bin. It was restored, or its time was over.`,
    because("bin-missing", { name }),
  );
}

function nameTaken(name: string): ProblemError {
  return new ProblemError(
    "conflict",
    `Something is installed as ${name}. Uninstall that first, or wait until it has gone.`,
    because("bin-name-taken", { name }),
  );
}

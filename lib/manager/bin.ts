import { isAlreadyExists, isNotFound } from "../cluster/index.ts";
import {
  BIN_MANAGER,
  type BinItem,
  binItem,
  binReference,
  isRestoredAs,
  type Kept,
  keptIn,
} from "../install/bin.ts";
import { HELM_RELEASE, isVolume } from "../install/delete.ts";
import { listAt, textAt } from "../install/paths.ts";
import { referenceOf } from "../install/references.ts";
import { revisionsOf, storedFor, VALUES } from "../install/revisions.ts";
import type { KubernetesObject, ObjectReference, OwnerReference } from "../model/kubernetes.ts";
import { API_VERSION, annotation, type Installation, label } from "../model/resources.ts";
import { clusterTime } from "./cluster-time.ts";
import { installerUser } from "./subject.ts";
import type { World } from "./world.ts";

/** How often is looked whether the name of something in the bin is free. */
const TAKEN_MS = 60_000;
/** After so long is looked again where the manager's clock is ahead of the cluster's. */
const CLOCK_WRONG_MS = 600_000;

/**
 * Puts an installation that is being deleted into the bin: first the record, then its volumes and Secrets are made to
 * belong to that. Undefined when there is nothing to come back to.
 */
export async function putIntoBin(world: World, installation: Installation): Promise<BinItem | undefined> {
  const { namespace = "", uid } = installation.metadata;
  const installer = world.cluster.as(installerUser(namespace));
  const item =
    (await installer.find<BinItem>(binReference(installation))) ?? (await makeItem(world, installation));
  if (!item) return undefined;
  const { apiVersion, kind, metadata } = item;
  const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? "" };
  for (const reference of keptIn(item))
    await changeOwners(world, reference, (owners) => [
      ...owners.filter((each) => each.uid !== uid && each.uid !== owner.uid),
      owner,
    ]);
  return item;
}

async function makeItem(world: World, installation: Installation): Promise<BinItem | undefined> {
  const { name, namespace = "" } = installation.metadata;
  const installer = world.cluster.as(installerUser(namespace));
  const [newest] = await revisionsOf(installer, namespace, name);
  const claims = await claimsOf(world, installation);
  const kept: Kept[] = [
    ...claims.map(({ metadata }) => ({ kind: "PersistentVolumeClaim" as const, name: metadata.name })),
    ...(await secretsOf(world, installation, newest?.data.values)),
  ];
  if (!newest && kept.length === 0) return undefined;
  // By their names they are found only while their StatefulSets are there.
  for (const { metadata } of claims)
    if (metadata.labels?.[label.installation] !== name)
      await installer.patch(
        { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name: metadata.name },
        { metadata: { labels: { [label.installation]: name } } },
        { type: "merge", fieldManager: BIN_MANAGER },
      );
  const wanted = binItem(installation, newest, kept, world.binGraceMs);
  try {
    return await installer.create<BinItem>(wanted, { fieldManager: BIN_MANAGER });
  } catch (error) {
    if (isAlreadyExists(error)) return installer.get<BinItem>(binReference(installation));
    throw error;
  }
}

/** Its Secrets: those applied, those with inputs, and the values of the newest revision, or of its last life. */
async function secretsOf(
  world: World,
  installation: Installation,
  values: string | undefined,
): Promise<Kept[]> {
  const { name, namespace = "", uid } = installation.metadata;
  const installer = world.cluster.as(installerUser(namespace));
  const applied = new Set(
    installation.status?.inventory?.filter(({ kind }) => kind === "Secret").map((each) => each.name),
  );
  const { items } = await installer.list<KubernetesObject>({ apiVersion: "v1", kind: "Secret", namespace });
  const [latest] = storedFor(installation, items);
  return (
    items
      // Helm's own record of a release: installed again, it would be in the way of itself.
      .filter(({ type }) => type !== HELM_RELEASE)
      .filter(({ metadata, type }) =>
        type === VALUES
          ? metadata.name === (values ?? latest?.metadata.name)
          : metadata.labels?.[label.installation] === name ||
            applied.has(metadata.name) ||
            metadata.ownerReferences?.some((owner) => owner.uid === uid),
      )
      .map(({ metadata }) => ({ kind: "Secret" as const, name: metadata.name }))
  );
}

/** The volume claims of an installation, those that its StatefulSets made among them. */
export async function claimsOf(world: World, installation: Installation): Promise<KubernetesObject[]> {
  const { name, namespace = "" } = installation.metadata;
  const installer = world.cluster.as(installerUser(namespace));
  const inventory = installation.status?.inventory ?? [];
  const { items } = await installer.list<KubernetesObject>({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    namespace,
  });
  const prefixes: string[] = [];
  for (const reference of inventory.filter(({ kind }) => kind === "StatefulSet")) {
    const set = await installer.find<KubernetesObject>(reference);
    if (set?.metadata.labels?.[label.installation] !== name) continue;
    for (const template of listAt(set, "spec.volumeClaimTemplates"))
      prefixes.push(`${textAt(template, "metadata.name")}-${reference.name}-`);
  }
  const applied = new Set(inventory.filter(isVolume).map(({ name: claim }) => claim));
  return items.filter(
    ({ metadata }) =>
      !metadata.deletionTimestamp &&
      (metadata.labels?.[label.installation] === name ||
        applied.has(metadata.name) ||
        prefixes.some(
          (prefix) => metadata.name.startsWith(prefix) && /^\d+$/.test(metadata.name.slice(prefix.length)),
        )),
  );
}

/**
 * Looks after one item: what was restored gets its volumes and Secrets back, and what nobody wanted back in time is
 * deleted. Returns when to look again.
 */
export async function reconcileBin(
  world: World,
  { namespace, name }: { namespace: string; name: string },
): Promise<{ requeueAfterMs: number } | undefined> {
  const item = world.bin.get(namespace, name);
  const app = item?.metadata.labels?.[label.bin];
  if (!item || !app || item.metadata.deletionTimestamp) return undefined;
  const installer = world.cluster.as(installerUser(namespace));
  const installation = await world.cluster.find<Installation>({
    apiVersion: API_VERSION,
    kind: "Installation",
    namespace,
    name: app,
  });
  if (installation && isRestoredAs(item, installation)) await giveBack(world, item, installation);
  else {
    const expires = Date.parse(item.metadata.annotations?.[annotation.expires] ?? "");
    if (Number.isNaN(expires)) return undefined;
    let left = expires - world.now();
    // A clock that has jumped deletes nobody's data.
    if (left <= 0) left = Math.min(expires - (await clusterTime(installer, namespace)), CLOCK_WRONG_MS);
    // It is still being uninstalled, or another app has its name and perhaps took over what it left.
    const wait = installation ? Math.max(left, TAKEN_MS) : left;
    if (wait > 0) return { requeueAfterMs: wait };
  }
  try {
    await installer.delete(referenceOf(item), {
      propagationPolicy: "Background",
      uid: item.metadata.uid ?? "",
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return undefined;
}

/** Inputs' Secrets belong to the installation again, the rest to nobody. */
async function giveBack(world: World, item: BinItem, installation: Installation): Promise<void> {
  const { apiVersion, kind, metadata, spec } = installation;
  const inputs = new Set(spec.inputsFrom?.map(({ secretRef }) => secretRef.name));
  const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? "" };
  for (const reference of keptIn(item))
    await changeOwners(world, reference, (owners) => [
      ...owners.filter(({ uid }) => uid !== item.metadata.uid && uid !== owner.uid),
      ...(reference.kind === "Secret" && inputs.has(reference.name) ? [owner] : []),
    ]);
}

async function changeOwners(
  world: World,
  reference: ObjectReference,
  change: (owners: OwnerReference[]) => OwnerReference[],
): Promise<void> {
  const installer = world.cluster.as(installerUser(reference.namespace ?? ""));
  const live = await installer.find<KubernetesObject>(reference);
  if (!live) return;
  const owners = live.metadata.ownerReferences ?? [];
  const wanted = change(owners);
  if (JSON.stringify(wanted) === JSON.stringify(owners)) return;
  await installer.patch(
    reference,
    { metadata: { resourceVersion: live.metadata.resourceVersion, ownerReferences: wanted } },
    { type: "merge", fieldManager: BIN_MANAGER },
  );
}

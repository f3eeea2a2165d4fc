import { isNotFound } from "../cluster/index.ts";
import { deleteObjects } from "../install/delete.ts";
import { listAt, textAt } from "../install/paths.ts";
import { spoken } from "../install/references.ts";
import { resolveImage } from "../install/resolve.ts";
import { revisionsOf, storedValues } from "../install/revisions.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { parseImageReference, repositoryName } from "../model/names.ts";
import { because } from "../model/reasons.ts";
import { API_VERSION, annotation, type Installation, label, type Provider } from "../model/resources.ts";
import { uninstallActionsOver } from "./actions/events.ts";
import { keepRecord } from "./departed.ts";
import { removeEntry } from "./desktop-entry.ts";
import { FINALIZER, installerUser, report, type Subject } from "./subject.ts";
import type { World } from "./world.ts";

const LOOK_AGAIN_MS = 5_000;

/**
 * Takes an Installation apart, then lets it go: actions, entry, objects in reverse order, revisions, record (DESIGN 2 and 5).
 * A provider is not taken from a tenant who has instances. Called again after any interruption, it goes on.
 */
export async function uninstall(
  world: World,
  subject: Subject,
): Promise<{ requeueAfterMs: number } | undefined> {
  const { installation } = subject;
  const { finalizers = [], namespace = "", name } = installation.metadata;
  if (!finalizers.includes(FINALIZER)) return undefined;
  if (!(await namespaceIsLeaving(world, namespace))) {
    if (await refused(world, subject)) return { requeueAfterMs: 30_000 };
    await sayUninstalling(world, subject);
    if (!(await uninstallActionsOver(world, subject))) return { requeueAfterMs: LOOK_AGAIN_MS };
    await removeEntry(world, namespace, name);
    if (!(await removeObjects(world, subject))) return { requeueAfterMs: LOOK_AGAIN_MS };
    await removeRevisions(world, installation);
    await keepRecord(world, installation);
  }
  await letGo(world, installation);
  world.recorder.record(
    installation,
    "Normal",
    "Uninstalled",
    `${installation.status?.title ?? name} is uninstalled.`,
  );
  return undefined;
}

async function namespaceIsLeaving({ cluster }: World, name: string): Promise<boolean> {
  const namespace = await cluster.find<KubernetesObject>({ apiVersion: "v1", kind: "Namespace", name });
  return !namespace || namespace.metadata.deletionTimestamp !== undefined;
}

/** A tenant's instances, by kind; what stands between the tenant and uninstalling the provider. */
async function refused(world: World, subject: Subject): Promise<boolean> {
  const { installation } = subject;
  if (installation.status?.mode !== "provider") return false;
  const { namespace = "" } = installation.metadata;
  const reference = parseImageReference(installation.spec.image);
  if (!reference) return false;
  const name = repositoryName(reference.org, reference.repo);
  const provider = await world.cluster.find<Provider>({ apiVersion: API_VERSION, kind: "Provider", name });
  const image = provider && (await resolveImage(world.images, provider.spec.image));
  const found: KubernetesObject[] = [];
  for (const kind of image?.content.provider?.instances ?? []) {
    world.instances.follow(kind);
    try {
      const { items } = await world.cluster.as(installerUser(namespace)).list<KubernetesObject>({
        apiVersion: kind.apiVersion,
        kind: kind.kind,
        namespace,
      });
      found.push(...items);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  if (found.length === 0) return false;
  const names = found.map((each) => spoken({ kind: each.kind, name: each.metadata.name }));
  const shown =
    names.length > 5 ? `${names.slice(0, 5).join(", ")} and ${names.length - 5} more` : names.join(", ");
  const message = `${installation.status?.title ?? name} cannot be uninstalled while these exist: ${shown}. Delete them first; the rest happens by itself.`;
  await report(world, subject, {
    phase: "Uninstalling",
    message,
    code: "instances-exist",
    ...because("uninstall-refused", {
      title: installation.status?.title ?? name,
      count: found.length,
      names: shown,
    }),
    conditions: [{ type: "Ready", status: "False", reason: "InstancesExist", message }],
  });
  return true;
}

async function sayUninstalling(world: World, subject: Subject): Promise<void> {
  const title = subject.installation.status?.title ?? subject.installation.metadata.name;
  const message = `${title} is being uninstalled.`;
  await report(world, subject, {
    phase: "Uninstalling",
    message,
    code: "uninstalling",
    ...because("uninstalling", { title }),
    conditions: [{ type: "Ready", status: "False", reason: "Uninstalling", message }],
  });
}

async function removeObjects(world: World, subject: Subject): Promise<boolean> {
  const { installation } = subject;
  const { namespace = "", name } = installation.metadata;
  const inventory = installation.status?.inventory ?? [];
  if (inventory.length === 0) return true;
  const volumes = volumesOf(installation);
  const installer = world.cluster.as(installerUser(namespace));
  const owner = { kind: "installation" as const, name };
  if (volumes === "delete") await removeClaims(world, subject);
  for (const reference of inventory) world.children.follow(reference);
  const { waitingFor } = await deleteObjects(installer, inventory, { owner, volumes, signal: world.signal });
  if (waitingFor.length === 0) return true;
  const names = waitingFor.map(spoken).join(", ");
  const message = `Waiting until ${names} has been tidied up by its operator.`;
  await report(world, subject, {
    phase: "Uninstalling",
    message,
    code: "waiting-for-operator",
    ...because("waiting-for-operator", { names }),
    failingObject: waitingFor[0],
  });
  return false;
}

function volumesOf({ metadata }: Installation): "keep" | "delete" {
  return metadata.annotations?.[annotation.volumes] === "delete" ? "delete" : "keep";
}

/** Claims that StatefulSets made have no owner; they are found by their names while the StatefulSet is still there. */
async function removeClaims(world: World, { installation }: Subject): Promise<void> {
  const { namespace = "" } = installation.metadata;
  const installer = world.cluster.as(installerUser(namespace));
  const sets = (installation.status?.inventory ?? []).filter(({ kind }) => kind === "StatefulSet");
  if (sets.length === 0) return;
  const { items } = await installer.list<KubernetesObject>({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    namespace,
  });
  for (const reference of sets) {
    const set = await installer.find<KubernetesObject>(reference);
    if (set?.metadata.labels?.[label.installation] !== installation.metadata.name) continue;
    for (const template of listAt(set, "spec.volumeClaimTemplates")) {
      const prefix = `${textAt(template, "metadata.name")}-${reference.name}-`;
      const mine = items.filter(
        ({ metadata }) =>
          metadata.name.startsWith(prefix) &&
          /^\d+$/.test(metadata.name.slice(prefix.length)) &&
          !metadata.deletionTimestamp,
      );
      for (const claim of mine) await ifThere(installer.delete({ ...claim, ...claim.metadata }));
    }
  }
}

async function ifThere(deleting: Promise<void>): Promise<void> {
  try {
    await deleting;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/**
 * Removes revisions and their values. Where volumes stay, the newest values stay too: the passwords in them are the
 * only way to the data, and installing the app again under its name finds both. Values whose revision could not be
 * recorded any more go too: nothing was applied with them. Those of earlier lives are older than the record.
 */
async function removeRevisions({ cluster }: World, installation: Installation): Promise<void> {
  const { namespace = "", name } = installation.metadata;
  const installer = cluster.as(installerUser(namespace));
  const revisions = await revisionsOf(installer, namespace, name);
  const hasData = (installation.status?.inventory ?? []).some(({ kind }) =>
    /^(PersistentVolumeClaim|StatefulSet)$/.test(kind),
  );
  const keeping = volumesOf(installation) === "keep" && hasData;
  const keep = keeping ? revisions[0]?.data.values : undefined;
  for (const { metadata, data, apiVersion, kind } of revisions.toReversed()) {
    if (data.values !== keep)
      await ifThere(installer.delete({ apiVersion: "v1", kind: "Secret", namespace, name: data.values }));
    await ifThere(installer.delete({ apiVersion, kind, namespace, name: metadata.name }));
  }
  // An earlier pass may have ended after the last revision: which values were to stay is not to be told any more.
  if (keeping && !keep) return;
  const since = installation.metadata.creationTimestamp ?? "";
  for (const { metadata } of await storedValues(installer, namespace, name)) {
    if (metadata.name === keep || (metadata.creationTimestamp ?? "") < since) continue;
    await ifThere(installer.delete({ apiVersion: "v1", kind: "Secret", namespace, name: metadata.name }));
  }
}

async function letGo({ cluster }: World, installation: Installation): Promise<void> {
  const { name, namespace = "", finalizers = [], resourceVersion } = installation.metadata;
  const current = await cluster.find<Installation>({
    apiVersion: API_VERSION,
    kind: "Installation",
    namespace,
    name,
  });
  if (!current || current.metadata.uid !== installation.metadata.uid) return;
  const left = (current.metadata.finalizers ?? finalizers).filter((each) => each !== FINALIZER);
  await cluster.patch(
    { apiVersion: API_VERSION, kind: "Installation", namespace, name },
    { metadata: { resourceVersion: current.metadata.resourceVersion ?? resourceVersion, finalizers: left } },
    { type: "merge", fieldManager: "app-manager" },
  );
}

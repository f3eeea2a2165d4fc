import { isNotFound } from "../cluster/index.ts";
import { type BinItem, keptIn } from "../install/bin.ts";
import { deleteObjects } from "../install/delete.ts";
import { spoken, unionOf } from "../install/references.ts";
import { resolveImage } from "../install/resolve.ts";
import { revisionsOf, storedFor, storedValues } from "../install/revisions.ts";
import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";
import { parseImageReference, repositoryName } from "../model/names.ts";
import { because } from "../model/reasons.ts";
import { API_VERSION, annotation, type Installation, type Provider } from "../model/resources.ts";
import { uninstallActionsOver } from "./actions/events.ts";
import { claimsOf, putIntoBin } from "./bin.ts";
import { madeByCommands } from "./command.ts";
import { keepRecord } from "./departed.ts";
import { removeEntry } from "./desktop-entry.ts";
import { FINALIZER, installerUser, report, type Subject } from "./subject.ts";
import type { World } from "./world.ts";

const LOOK_AGAIN_MS = 5_000;

/**
 * Takes an Installation apart, then lets it go: actions, entry, objects in reverse order, revisions, record.
 * Volumes and Secrets go into the bin, unless they are to be deleted for good. A provider is not taken from a tenant who has instances. Called again after any interruption, it goes on.
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
    const made = await madeByCommands(world, installation);
    const item = await keepData(world, installation);
    if (!(await removeObjects(world, subject, made))) return { requeueAfterMs: LOOK_AGAIN_MS };
    await removeRevisions(world, installation, item);
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

/** Puts volumes and Secrets into the bin, or deletes claims that are to go: those of StatefulSets have no owner. */
async function keepData(world: World, installation: Installation): Promise<BinItem | undefined> {
  if (installation.status?.mode !== undefined && installation.status.mode !== "application") return undefined;
  if (volumesOf(installation) === "keep") return putIntoBin(world, installation);
  const installer = world.cluster.as(installerUser(installation.metadata.namespace ?? ""));
  for (const claim of await claimsOf(world, installation))
    await ifThere(installer.delete({ ...claim, ...claim.metadata }));
  return undefined;
}

async function removeObjects(
  world: World,
  subject: Subject,
  made: readonly ObjectReference[],
): Promise<boolean> {
  const { installation } = subject;
  const { namespace = "", name } = installation.metadata;
  const inventory = unionOf(installation.status?.inventory ?? [], made);
  if (inventory.length === 0) return true;
  const volumes = volumesOf(installation);
  const installer = world.cluster.as(installerUser(namespace));
  const owner = { kind: "installation" as const, name };
  for (const reference of inventory) world.children.follow(reference);
  const { waitingFor } = await deleteObjects(installer, inventory, {
    owner,
    volumes,
    keepSecrets: volumes === "keep",
    signal: world.signal,
  });
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

async function ifThere(deleting: Promise<void>): Promise<void> {
  try {
    await deleting;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/**
 * Removes revisions and their values, but for those in the bin: the passwords in them are the only way to the data.
 * Values without a revision go too: nothing was applied with them, or they are of an earlier life of the app.
 */
async function removeRevisions(
  { cluster }: World,
  installation: Installation,
  item: BinItem | undefined,
): Promise<void> {
  const { namespace = "", name } = installation.metadata;
  const installer = cluster.as(installerUser(namespace));
  const kept = new Set(item ? keptIn(item).map((each) => each.name) : []);
  const remove = async (secret: string) => {
    if (!kept.has(secret))
      await ifThere(installer.delete({ apiVersion: "v1", kind: "Secret", namespace, name: secret }));
  };
  for (const { metadata, data, apiVersion, kind } of await revisionsOf(installer, namespace, name)) {
    await remove(data.values);
    await ifThere(installer.delete({ apiVersion, kind, namespace, name: metadata.name }));
  }
  const stored = storedFor(installation, await storedValues(installer, namespace, name));
  for (const { metadata } of stored) await remove(metadata.name);
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

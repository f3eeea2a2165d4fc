import { isNotFound } from "../cluster/index.ts";
import { drifted } from "../install/compare.ts";
import { isHeld } from "../install/held.ts";
import { applyOnce } from "../install/inspect.ts";
import { isOurs, notOurs } from "../install/ownership.ts";
import { referenceOf } from "../install/references.ts";
import { APP_API_VERSION, type App } from "../model/resources.ts";
import { installerUser } from "./subject.ts";
import type { World } from "./world.ts";

/**
 * Puts the icon on the desktop, or brings it up to date; nothing is written when it is.
 * @throws ProblemError `not-ours` when somebody else's App has the name
 */
export async function writeEntry(world: World, entry: App): Promise<void> {
  const reference = referenceOf(entry);
  const owner = { kind: "installation" as const, name: entry.metadata.name };
  const installer = world.cluster.as(installerUser(entry.metadata.namespace ?? ""));
  const live = await installer.find<App>(reference);
  if (live && !isOurs(live, owner, false)) throw notOurs(reference);
  if (live) {
    if (isHeld(entry, live)) return;
    const merged = await applyOnce(installer, entry, { live, dryRun: true });
    if (!drifted(live, merged)) return;
  }
  await applyOnce(installer, entry, { live });
}

/** Takes the icon away. */
export async function removeEntry(world: World, namespace: string, name: string): Promise<void> {
  const reference = { apiVersion: APP_API_VERSION, kind: "App", namespace, name };
  const installer = world.cluster.as(installerUser(namespace));
  const live = await installer.find<App>(reference);
  if (!live || !isOurs(live, { kind: "installation", name }, false) || live.metadata.deletionTimestamp)
    return;
  try {
    await installer.delete(reference, live.metadata.uid ? { uid: live.metadata.uid } : {});
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

import { binEntries, emptyBin, restoreFromBin } from "../install/bin-use.ts";
import type { BinEntry } from "../model/bin.ts";
import type { Installation } from "../model/resources.ts";
import type { Hub } from "./hub.ts";

/** An undo that comes while the app is still being uninstalled waits so long. */
const WAIT_MS = 20_000;

/** What the member finds in the bin of the workspace. */
export function bin(hub: Hub, uid: string, namespace: string): Promise<BinEntry[]> {
  return binEntries(hub.members.clusterOf(uid, namespace), namespace);
}

/** Installs again, as the member, what is in the bin. */
export function takeFromBin(hub: Hub, uid: string, namespace: string, name: string): Promise<Installation> {
  return restoreFromBin(hub.members.clusterOf(uid, namespace), namespace, name, WAIT_MS);
}

/** Deletes one item for good, or all that are not being restored. */
export async function clearBin(hub: Hub, uid: string, namespace: string, name?: string): Promise<void> {
  await emptyBin(hub.members.clusterOf(uid, namespace), namespace, name);
}

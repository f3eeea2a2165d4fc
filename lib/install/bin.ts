import type { Cluster } from "../cluster/index.ts";
import { binName } from "../model/bin.ts";
import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";
import { parseImageReference } from "../model/names.ts";
import { annotation, type Installation, label } from "../model/resources.ts";
import { listAt, textAt } from "./paths.ts";

/** Keeps what is in the bin together: a field manager of its own leaves what app-manager applied as it is. */
export const BIN_MANAGER = "app-manager-bin";

/**
 * What is left of an uninstalled app, as an `apps/v1 ControllerRevision`: everything needed to install it again as it
 * was. Its volumes and Secrets belong to it (`ownerReferences`), so they are deleted with it.
 */
export interface BinItem extends KubernetesObject {
  revision: number;
  data: {
    /** Creating it restores the app. */
    installation: Pick<Installation, "apiVersion" | "kind" | "metadata" | "spec">;
    title: string;
    kept: Kept[];
  };
}

/** An object that stays, in the item's namespace. */
export interface Kept {
  kind: "PersistentVolumeClaim" | "Secret";
  name: string;
}

const TYPE = { apiVersion: "apps/v1", kind: "ControllerRevision" };

/**
 * Days for which uninstalled apps can be restored (`BIN_DAYS`); default 7.
 * @throws Error for what is not a number of days
 */
export function readBinDays({ BIN_DAYS: text }: Record<string, string | undefined>): number {
  const days = text ? Number(text) : 7;
  if (!(days >= 0 && days <= 3650)) throw new Error(`BIN_DAYS is not a number of days, 0 to 3650: ${text}`);
  return days;
}

/** Where the item of an installation is, or will be once it is uninstalled. */
export function binReference({ metadata }: Pick<Installation, "metadata">): ObjectReference {
  const { name, namespace = "", uid = "" } = metadata;
  return { ...TYPE, namespace, name: binName(name, uid) };
}

/** The item for an installation that is being deleted. `graceMs`: how long it is kept from then. */
export function binItem(
  installation: Installation,
  digest: string | undefined,
  kept: readonly Kept[],
  graceMs: number,
): BinItem {
  const { name, namespace = "", deletionTimestamp } = installation.metadata;
  const { apiVersion, kind, spec, status } = installation;
  const expires = Date.parse(deletionTimestamp ?? "") + graceMs;
  return {
    ...TYPE,
    metadata: {
      name: binReference(installation).name,
      namespace,
      labels: { [label.bin]: name },
      annotations: { [annotation.expires]: new Date(expires).toISOString() },
    },
    revision: 1,
    data: {
      // The tag may have moved by the time it is restored.
      installation: {
        apiVersion,
        kind,
        metadata: { name, namespace },
        spec: { ...spec, image: pinned(spec.image, digest) },
      },
      title: status?.title ?? name,
      kept: [...kept],
    },
  };
}

function pinned(image: string, digest: string | undefined): string {
  const { org, repo, tag } = parseImageReference(image) ?? {};
  return digest && org ? `${org}/${repo}:${tag}@${digest}` : image;
}

/**
 * What an item says is kept. Whoever may write in the namespace may write such a record too, so nothing but claims and
 * Secrets of that namespace is taken from it.
 */
export function keptIn(item: BinItem): ObjectReference[] {
  return listAt(item, "data.kept").flatMap((each) => {
    const [kind, name] = [textAt(each, "kind"), textAt(each, "name")];
    if (!name || (kind !== "PersistentVolumeClaim" && kind !== "Secret")) return [];
    return [{ apiVersion: "v1", kind, namespace: item.metadata.namespace ?? "", name }];
  });
}

/** All items of a namespace, those uninstalled last first. */
export async function binItemsIn(cluster: Cluster, namespace: string): Promise<BinItem[]> {
  const { items } = await cluster.list<BinItem>({ ...TYPE, namespace, labelSelector: label.bin });
  return items.sort((a, b) =>
    (b.metadata.creationTimestamp ?? "").localeCompare(a.metadata.creationTimestamp ?? ""),
  );
}

/** Whether the installation has taken the item's place: the same app under the same name. */
export function isRestoredAs(item: BinItem, installation: Installation | undefined): boolean {
  const repository = (image: string | undefined) => image?.split(/[:@]/)[0];
  return (
    installation !== undefined &&
    !installation.metadata.deletionTimestamp &&
    installation.metadata.name === item.metadata.labels?.[label.bin] &&
    repository(installation.spec.image) === repository(textAt(item, "data.installation.spec.image"))
  );
}

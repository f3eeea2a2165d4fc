import { listAt, recordAt, selects, textAt } from "../install/paths.ts";
import { referenceKey, referenceOf } from "../install/references.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";

/** The app of what belongs to no installation and no instance: what people make with kubectl. */
export const OTHER = "other";

/** Whose pods and volumes wear certain labels. */
export interface Owner {
  app: string;
  selector: Record<string, string>;
}

/** How an instance that no installation brought is named among the apps: `postgresql/orders`. */
export function appOfInstance({ kind, metadata }: KubernetesObject): string {
  return `${kind.toLowerCase()}/${metadata.name}`;
}

/** The labels by which an app's workload finds its pods; volumes of its claim templates wear them too. */
export function ownerOf(workload: KubernetesObject, app: string): Owner | undefined {
  if (workload.kind === "Job")
    return { app, selector: { "batch.kubernetes.io/job-name": workload.metadata.name } };
  const selector = recordAt(workload, "spec.selector.matchLabels") as Record<string, string>;
  return Object.keys(selector).length > 0 ? { app, selector } : undefined;
}

/** What belongs to whom in a namespace, as far as installations have recorded it: labels are anybody's to write. */
export interface Belongings {
  /** Apps by `referenceKey` of the objects that they have. */
  recorded: ReadonlyMap<string, string>;
  owners: readonly Owner[];
  /** Whose the Jobs are whose names begin like this: those of CronJobs and of actions. */
  jobs: readonly { prefix: string; app: string }[];
}

/** The app to which an object belongs: that recorded it, whose workload has its labels, or for whom its Job was made. */
export function appOf(object: KubernetesObject, { recorded, owners, jobs }: Belongings): string {
  const own = recorded.get(referenceKey(referenceOf(object)));
  if (own) return own;
  const owner = owners.find(({ selector }) => selects(selector, object.metadata.labels));
  if (owner) return owner.app;
  const job = listAt(object, "metadata.ownerReferences").find((each) => textAt(each, "kind") === "Job");
  const name = textAt(job, "name") ?? "";
  return jobs.find(({ prefix }) => name.startsWith(prefix))?.app ?? OTHER;
}

import { listAt, recordAt, selects, textAt } from "../install/paths.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { label } from "../model/resources.ts";

/** The app of what belongs to no installation and no instance: what people make with kubectl. */
export const OTHER = "other";

/** Whose pods and volumes wear certain labels. */
export interface Owner {
  app: string;
  selector: Record<string, string>;
}

/** How an instance is named among the apps: by the installation that brought it, else `postgresql/orders`. */
export function appOfInstance(instance: KubernetesObject): string {
  return (
    instance.metadata.labels?.[label.installation] ??
    `${instance.kind.toLowerCase()}/${instance.metadata.name}`
  );
}

/** The labels by which a workload that AppManager applied finds its pods; volumes of its claim templates wear them too. */
export function ownerOf(workload: KubernetesObject): Owner | undefined {
  const app = workload.metadata.labels?.[label.installation];
  if (!app) return undefined;
  if (workload.kind === "Job")
    return { app, selector: { "batch.kubernetes.io/job-name": workload.metadata.name } };
  const selector = recordAt(workload, "spec.selector.matchLabels") as Record<string, string>;
  return Object.keys(selector).length > 0 ? { app, selector } : undefined;
}

/**
 * The app to which an object belongs: the one that AppManager applied it for, or whose labels it wears, or whose CronJob
 * made its Job.
 */
export function appOf(
  object: KubernetesObject,
  owners: readonly Owner[],
  cronJobs: readonly KubernetesObject[],
): string {
  const { labels } = object.metadata;
  const own = labels?.[label.installation];
  if (own) return own;
  const owner = owners.find(({ selector }) => selects(selector, labels));
  if (owner) return owner.app;
  const job = listAt(object, "metadata.ownerReferences").find((each) => textAt(each, "kind") === "Job");
  const name = textAt(job, "name") ?? "";
  const cronJob = cronJobs.find(({ metadata }) => name.startsWith(`${metadata.name}-`));
  return cronJob?.metadata.labels?.[label.installation] ?? OTHER;
}

import { isNotFound } from "../../cluster/index.ts";
import { healthOf } from "../../install/health.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { type ActionRun, label } from "../../model/resources.ts";
import { installerUser } from "../subject.ts";
import type { World } from "../world.ts";

/** How a run ends that somebody stopped. */
export const CANCELLED = {
  reason: "Cancelled",
  message: "It was cancelled. What it had done by then stays done.",
};

/** A signal that tells when the run is cancelled or deleted while it is carried out; `stop` when it is over. */
export function cancellationOf(world: World, { metadata }: ActionRun): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const stop = world.runs.subscribe(({ type, object }) => {
    if (object.metadata.uid !== metadata.uid) return;
    if (type === "deleted" || object.metadata.deletionTimestamp || object.spec.cancelled) controller.abort();
  });
  return { signal: controller.signal, stop };
}

/**
 * Ends containers that work for the run: Jobs that belong to it, with their pods, and those that it has made for
 * somebody else. Of the latter one that has ended stays, as a record.
 */
export async function stopJobs(world: World, { metadata }: ActionRun): Promise<void> {
  const { namespace = "", uid } = metadata;
  const installer = world.cluster.as(installerUser(namespace));
  const type = { apiVersion: "batch/v1", kind: "Job", namespace };
  const { items } = await installer.list<KubernetesObject>(type);
  for (const job of items) {
    const isOwn = job.metadata.ownerReferences?.some((owner) => owner.uid === uid);
    const isMade =
      job.metadata.labels?.[label.run] === uid && healthOf({ ...type, ...job }).status === "InProgress";
    if (!isOwn && !isMade) continue;
    const { name, uid: its } = job.metadata;
    try {
      await installer.delete(
        { ...type, name },
        { ...(its ? { uid: its } : {}), propagationPolicy: "Background" },
      );
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

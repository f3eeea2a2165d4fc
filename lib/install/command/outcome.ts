import type { KubernetesObject } from "../../model/kubernetes.ts";
import { ProblemError } from "../../model/problem.ts";
import { because } from "../../model/reasons.ts";
import { healthOf } from "../health.ts";
import { listAt, textAt } from "../paths.ts";

/** How a command's Job fares. `unproven`: it is called complete, and nothing ran. */
export type CommandOutcome = "running" | "failed" | "done" | "unproven";

/**
 * Believes a complete Job only when its container left the mark that the command writes at its end: clusters whose nodes
 * pretend call Jobs complete as well.
 * @param pods of the Job's namespace
 */
export function commandOutcome(job: KubernetesObject, pods: readonly KubernetesObject[]): CommandOutcome {
  const { status } = healthOf(job);
  if (status === "Failed") return "failed";
  const complete = listAt(job, "status.conditions").some(
    (each) => textAt(each, "type") === "Complete" && textAt(each, "status") === "True",
  );
  if (!complete) return "running";
  const { name, uid } = job.metadata;
  const proven = pods.some(
    (pod) =>
      pod.metadata.ownerReferences?.some((owner) => owner.uid === uid) &&
      listAt(pod, "status.containerStatuses").some(
        (container) => textAt(container, "state.terminated.message") === name,
      ),
  );
  return proven ? "done" : "unproven";
}

/** The problem of a Job that nothing ran. */
export function unproven(job: string): ProblemError {
  return new ProblemError(
    "command-failed",
    `The job ${job} says it is done, but its program never said so: nothing ran in this cluster. Install it on a cluster whose nodes run containers, or use an image with manifests/ or chart/.`,
    because("command-unproven", { job, kind: "Job", name: job, apiVersion: "batch/v1" }),
  );
}

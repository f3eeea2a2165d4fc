import type { CommandOutcome } from "../../install/command/outcome.ts";
import { explain } from "../../install/explain.ts";
import { listAt, textAt } from "../../install/paths.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import type { ActionRun } from "../../model/resources.ts";
import { installerUser } from "../subject.ts";
import type { World } from "../world.ts";
import type { Said } from "./live.ts";
import { logOf } from "./log.ts";
import { RunFailed } from "./run-failed.ts";
import { readSteps } from "./steps.ts";

/** A Job that works for a run, as it is. */
export interface FollowedJob {
  job: KubernetesObject;
  outcome: Exclude<CommandOutcome, "unproven">;
  /** Its pods, the newest first. */
  pods: readonly KubernetesObject[];
  /** Of how many commands its log tells when each begins; none otherwise. */
  steps: number;
}

/**
 * Tells how far a Job has come, by the log of its newest pod's first container.
 * @returns what it printed; undefined while it is at it
 * @throws RunFailed with what it printed, when it has failed
 */
export async function follow(
  world: World,
  run: ActionRun,
  told: Said,
  { job, outcome, pods, steps }: FollowedJob,
): Promise<string | undefined> {
  const { namespace = "" } = run.metadata;
  const installer = world.cluster.as(installerUser(namespace));
  const [pod] = pods;
  if (outcome === "running" && !world.live.isDue(run)) return undefined;
  if (outcome === "running" && !(pod && hasBegun(pod))) {
    // It may yet begin; if not, what keeps it is in the record.
    const why = await explain(pod ?? job, { pods, events: world.events.list(namespace) });
    if (why?.failed) world.live.tell(run, { ...told, output: `${why.message}\n` });
    return undefined;
  }
  const log = pod && (await logOf(world, installer, pod.metadata, containerOf(pod)));
  const { text, progress } = readSteps(log ?? "", steps);
  if (outcome === "running") {
    world.live.tell(run, { ...told, output: text, progress });
    return undefined;
  }
  // Where the log cannot be read any more, what was seen of it stays.
  if (outcome === "done") return log === undefined ? (run.status?.output ?? "") : text;
  const why = await explain(job, { pods, events: [], log: async () => text });
  throw new RunFailed("CommandFailed", why?.message ?? "The command failed.", text);
}

const hasBegun = ({ status }: KubernetesObject) => (status as { phase?: string })?.phase !== "Pending";

const containerOf = (pod: KubernetesObject) => textAt(listAt(pod, "spec.containers")[0], "name");

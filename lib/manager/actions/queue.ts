import { groupKind } from "../../install/references.ts";
import { type ActionRun, API_VERSION } from "../../model/resources.ts";
import type { World } from "../world.ts";

/** Nothing of it changes any more. */
export function isFinished({ status }: ActionRun): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed" || status?.phase === "Cancelled";
}

/** What a run acts on: runs on one target take turns. */
function targetOf({ spec }: ActionRun): string {
  const { instance, installation } = spec;
  return instance ? `${groupKind(instance)}/${instance.name}` : `installation/${installation}`;
}

/**
 * Whose turn it is: the run that has begun, else the one created first. A run is not written while it waits, so that
 * among runs of one second the resource version still tells which came first.
 */
function nextOf(runs: readonly ActionRun[]): ActionRun | undefined {
  return runs
    .filter((run) => !isFinished(run) && !run.metadata.deletionTimestamp)
    .sort((a, b) => rank(a) - rank(b) || created(a).localeCompare(created(b)) || version(a) - version(b))[0];
}

/**
 * Whether it is this run's turn. All runs of a workspace, with what they have printed, are read from the cluster only
 * before one begins: whoever waits is brought back by who is before it, and what is under way is looked at every two seconds.
 */
export async function isNext(
  { cluster, runs }: Pick<World, "cluster" | "runs">,
  run: ActionRun,
): Promise<boolean> {
  const { namespace = "", uid } = run.metadata;
  const isFirstOf = (known: readonly ActionRun[]) =>
    nextOf([
      run,
      ...known.filter((each) => each.metadata.uid !== uid && targetOf(each) === targetOf(run)),
    ]) === run;
  if (!isFirstOf(runs.list(namespace))) return false;
  if (run.status?.phase === "Running") return true;
  const { items } = await cluster.list<ActionRun>({ apiVersion: API_VERSION, kind: "ActionRun", namespace });
  return isFirstOf(items);
}

const rank = ({ status }: ActionRun) => (status?.phase === "Running" ? 0 : 1);
const created = ({ metadata }: ActionRun) => metadata.creationTimestamp ?? "";
const version = ({ metadata }: ActionRun) => Number(metadata.resourceVersion ?? 0);

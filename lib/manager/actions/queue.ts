import { groupKind } from "../../install/references.ts";
import type { ActionRun } from "../../model/resources.ts";

export function isFinished({ status }: ActionRun): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed" || status?.phase === "Cancelled";
}

/** What a run acts on: runs on one target take turns. */
export function targetOf({ spec }: ActionRun): string {
  const { instance, installation } = spec;
  return instance ? `${groupKind(instance)}/${instance.name}` : `installation/${installation}`;
}

/**
 * Whose turn it is: the run that has begun, else the one created first. A run is not written while it waits, so that
 * among runs of one second the resource version still tells which came first.
 */
export function nextOf(runs: readonly ActionRun[]): ActionRun | undefined {
  return runs
    .filter((run) => !isFinished(run) && !run.metadata.deletionTimestamp)
    .sort((a, b) => rank(a) - rank(b) || created(a).localeCompare(created(b)) || version(a) - version(b))[0];
}

const rank = ({ status }: ActionRun) => (status?.phase === "Running" ? 0 : 1);
const created = ({ metadata }: ActionRun) => metadata.creationTimestamp ?? "";
const version = ({ metadata }: ActionRun) => Number(metadata.resourceVersion ?? 0);

import type { LaunchState } from "@/lib/model/image";
import { parseImageReference } from "@/lib/model/names";
import type { Installation } from "@/lib/model/resources";

/** What the Hub's button is about: nothing yet, or one installation and how it stands. */
export interface Launch {
  state: LaunchState;
  installation?: Installation;
  /** 0…1 while it is on its way and the controller has counted. */
  progress?: number;
}

const MOVING = new Set<LaunchState>(["Pending", "Installing", "Uninstalling"]);

/** The installations of one repository, oldest first. */
function installationsOf(
  card: { org: string; repo: string },
  installations: Iterable<Installation>,
): Installation[] {
  const found: Installation[] = [];
  for (const installation of installations) {
    const image = parseImageReference(installation.spec.image);
    if (image?.org === card.org && image.repo === card.repo) found.push(installation);
  }
  return found.sort((a, b) =>
    (a.metadata.creationTimestamp ?? "").localeCompare(b.metadata.creationTimestamp ?? ""),
  );
}

/**
 * How a repository stands in the workspace. With several installations the one on its way speaks, then the oldest.
 * An upgrade is offered only for what runs; what is newer the controller says.
 */
export function launchOf(card: { org: string; repo: string }, installations: Iterable<Installation>): Launch {
  const found = installationsOf(card, installations);
  const installation = found.find((each) => MOVING.has(phaseOf(each))) ?? found[0];
  if (!installation) return { state: "NotInstalled" };
  const phase = phaseOf(installation);
  const progress = installation.status?.progress;
  if (MOVING.has(phase)) {
    return {
      state: phase,
      installation,
      ...(progress && progress.total > 0 ? { progress: progress.done / progress.total } : {}),
    };
  }
  return {
    state: phase === "Running" && installation.status?.available ? "UpdateAvailable" : phase,
    installation,
  };
}

/** An object without status has only just been written. */
export function phaseOf(
  installation: Installation,
): Exclude<LaunchState, "NotInstalled" | "UpdateAvailable"> {
  if (installation.metadata.deletionTimestamp) return "Uninstalling";
  return installation.status?.phase ?? "Pending";
}

/** True while the controller is at work on it. */
export function isMoving(state: LaunchState): boolean {
  return MOVING.has(state);
}

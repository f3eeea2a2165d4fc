import type { Installation } from "@/lib/model/resources";
import type { EventView } from "@/lib/model/stream";

/** An installation as the activity panel lists it. */
export interface ActivityItem {
  name: string;
  /** RFC 3339: when its state last changed. */
  at: string;
  installation: Installation;
}

/** Installations by their last change, the newest first; those under way before all others. */
export function recentInstallations(installations: Iterable<Installation>, limit: number): ActivityItem[] {
  const moving = (item: ActivityItem) => {
    const phase = item.installation.status?.phase ?? "Pending";
    return (
      item.installation.metadata.deletionTimestamp !== undefined ||
      phase === "Pending" ||
      phase === "Installing"
    );
  };
  return [...installations]
    .map((installation) => {
      const times = [
        installation.metadata.creationTimestamp,
        installation.metadata.deletionTimestamp,
        ...(installation.status?.conditions ?? []).map((condition) => condition.lastTransitionTime),
      ].filter((time) => time !== undefined);
      return { name: installation.metadata.name, at: times.sort().at(-1) ?? "", installation };
    })
    .sort((left, right) => Number(moving(right)) - Number(moving(left)) || right.at.localeCompare(left.at))
    .slice(0, limit);
}

/** Events, the newest first. */
export function recentEvents(events: Iterable<EventView>, limit: number): EventView[] {
  return [...events].sort((left, right) => right.lastSeen.localeCompare(left.lastSeen)).slice(0, limit);
}

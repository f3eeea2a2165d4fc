import { type Door, doors } from "./door.ts";
import type { ObjectReference } from "./kubernetes.ts";
import type { ReasonCode, ReasonParams } from "./reasons.ts";
import type { RunPhase } from "./resources.ts";

/**
 * What a line of the timeline is about: a person's or the manager's change, what came of it, an action, or what the
 * cluster reported (troubles apart from the rest, which is much).
 */
export const timelineKinds = ["change", "outcome", "action", "warning", "event"] as const;
export type TimelineKind = (typeof timelineKinds)[number];

export const timelineEvents = [
  "installed",
  "upgraded",
  "changed",
  "rolled-back",
  "stopped",
  "started",
  "ready",
  "failed",
  "uninstall-requested",
  "uninstalled",
  "retried",
  "created",
  "edited",
  "deleted",
  "action",
  "reported",
] as const;
export type TimelineEvent = (typeof timelineEvents)[number];

export interface TimelineEntry {
  /** RFC 3339. What comes from managed fields is known to the second. */
  at: string;
  kind: TimelineKind;
  event: TimelineEvent;
  object: ObjectReference;
  /** The installation that it belongs to. */
  installation?: string;
  door: Door;
  /** The field manager or component, as the cluster names it. */
  program?: string;
  /** Who, where it is known. */
  person?: { uid: string; name: string };
  /** Of an installed, upgraded or changed image. */
  image?: string;
  revision?: number;
  /** Of an action: its name and how it ended. */
  action?: { name: string; phase: RunPhase; seconds?: number };
  /** Of an edit: paths of fields. */
  fields?: string[];
  /** Of an event: its reason, and how often. */
  reported?: { reason: string; count: number };
  message?: string;
  reason?: ReasonCode;
  params?: ReasonParams;
}

export interface Timeline {
  /** The newest first. */
  entries: TimelineEntry[];
  /** Kinds that the asker may not read, so that entries about them may be missing. */
  unread: string[];
}

/** What a timeline is of; neither: of the whole namespace. */
export interface TimelineSubject {
  installation?: string;
  instance?: ObjectReference;
}

export interface TimelineFilter {
  kinds: readonly TimelineKind[];
  door?: Door | undefined;
  /** A uid. */
  person?: string | undefined;
}

/** Shown unless something else is asked for: what the cluster reports is much, and outcomes say it once. */
export const shownAtFirst: readonly TimelineKind[] = ["change", "outcome", "action"];

export const everything: TimelineFilter = { kinds: timelineKinds };

/** The entries that a filter lets through, in their order. */
export function filtered(entries: readonly TimelineEntry[], filter: TimelineFilter): TimelineEntry[] {
  return entries.filter(
    ({ kind, door, person }) =>
      filter.kinds.includes(kind) &&
      (filter.door === undefined || filter.door === door) &&
      (filter.person === undefined || filter.person === person?.uid),
  );
}

/** The doors and the people that appear, for a filter to offer. */
export function choices(entries: readonly TimelineEntry[]): {
  doors: Door[];
  people: { uid: string; name: string }[];
} {
  const seen = new Set(entries.map(({ door }) => door));
  const people = new Map(entries.flatMap(({ person }) => (person ? [[person.uid, person] as const] : [])));
  return {
    doors: doors.filter((door) => seen.has(door)),
    people: [...people.values()].sort((a, b) => a.name.localeCompare(b.name)),
  };
}

/** Runs of entries of one day, in the order given. `dayOf` names an entry's day, in the reader's time zone. */
export function byDay(
  entries: readonly TimelineEntry[],
  dayOf: (at: string) => string,
): { day: string; entries: TimelineEntry[] }[] {
  const days: { day: string; entries: TimelineEntry[] }[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.at);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

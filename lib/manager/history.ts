import { owns, specWriterOf, type Writer, writersOf } from "../install/writers.ts";
import { annotation, type HistoryEntry, type HistoryEvent, type Installation } from "../model/resources.ts";

/** Entries kept per installation. Status is read whenever an installation is, so this stays small. */
const MOST = 30;
const LONGEST_MESSAGE = 500;
/** Between writing the annotation and deleting. */
const ASKED_BEFORE_MS = 60_000;

type Status = NonNullable<Installation["status"]>;
type New = Omit<HistoryEntry, "at" | "event">;

const OUTCOMES: readonly HistoryEvent[] = ["Ready", "Failed"];
const SWITCHES: readonly HistoryEvent[] = ["Stopped", "Started"];

/**
 * The record of an installation after its status has become `next`: what is new is added. The list itself when nothing is.
 * `restored`: the revision is an earlier one that was wanted again.
 */
export function historyAfter(
  { metadata, spec, status }: Installation,
  next: Partial<Status>,
  { now, restored = false }: { now: string; restored?: boolean },
): HistoryEntry[] {
  const before = status?.history ?? [];
  let history = before;
  const add = (event: HistoryEvent, at: string, more: New = {}) => {
    // The API server's times have whole seconds: none is before what went before it.
    const before = history.at(-1)?.at ?? at;
    history = [...history, { at: Date.parse(at) < Date.parse(before) ? before : at, event, ...more }];
  };
  const last = (events: readonly HistoryEvent[]) => history.findLast(({ event }) => events.includes(event));
  const change = (event: HistoryEvent, field: string, more: New = {}) => {
    const asked = specWriterOf({ metadata }, field);
    const before = last(["Installed", "Upgraded", "Changed", "RolledBack", ...SWITCHES]);
    add(event, timeOf(asked, before, now), { ...(asked ? { by: asked.manager } : {}), ...more });
  };

  const { revision } = next;
  const wanted = { image: spec.image, ...(revision === undefined ? {} : { revision }) };
  const known = history.findLast(({ image }) => image !== undefined);
  if (!known) add("Installed", metadata.creationTimestamp ?? now, { ...creatorOf(metadata), ...wanted });
  else if (revision !== undefined && known.revision === undefined)
    history = history.map((entry) => (entry === known ? { ...entry, ...wanted } : entry));
  else if (revision === undefined ? known.image !== spec.image : known.revision !== revision) {
    const sameText = known.image === spec.image;
    const sameImage = sameText || (next.digest !== undefined && next.digest === status?.digest);
    // Only going back pins an image to what it is already; with Secrets among its inputs that is a new revision.
    const back = restored || (sameImage && !sameText && spec.image.includes("@"));
    const event = back ? "RolledBack" : sameImage ? "Changed" : "Upgraded";
    change(event, sameText ? "inputs" : "image", wanted);
  }

  const stopped = last(SWITCHES)?.event === "Stopped";
  if (stopped !== (spec.suspended === true)) change(stopped ? "Started" : "Stopped", "suspended");

  if (metadata.deletionTimestamp) {
    if (last(["UninstallRequested"]) === undefined)
      add("UninstallRequested", metadata.deletionTimestamp, leaverOf(metadata, metadata.deletionTimestamp));
    return history === before ? before : bounded(history);
  }
  const outcome = outcomeOf(next);
  const since = history.slice(history.findLastIndex(({ event }) => !OUTCOMES.includes(event)) + 1).at(-1);
  if (outcome && (since?.event !== outcome.event || since.reason !== outcome.reason))
    add(outcome.event, now, outcome);
  return history === before ? before : bounded(history);
}

/** Closes the record of what is gone. */
export function historyClosed({ status }: Installation, now: string): HistoryEntry[] {
  const history = status?.history ?? [];
  const by = history.findLast(({ event }) => event === "UninstallRequested")?.by;
  return [...history, { at: now, event: "Uninstalled", ...(by ? { by } : {}) }];
}

/** When the person asked; what the field's time says of an earlier change is not it. */
function timeOf(asked: Writer | undefined, before: HistoryEntry | undefined, now: string): string {
  return asked && Date.parse(asked.time) > Date.parse(before?.at ?? "") ? asked.time : now;
}

function creatorOf(metadata: Installation["metadata"]): New {
  const first = writersOf({ metadata })
    .filter((writer) => owns(writer, ["spec"]))
    .at(-1);
  return first ? { by: first.manager } : {};
}

function leaverOf(metadata: Installation["metadata"], deletedAt: string): New {
  const key = ["metadata", "annotations", annotation.uninstallRequested];
  const asked = writersOf({ metadata }).find((writer) => owns(writer, key));
  const recent = asked && Date.parse(deletedAt) - Date.parse(asked.time) < ASKED_BEFORE_MS;
  return recent ? { by: asked.manager } : {};
}

/** What is reached or has failed for good; undefined while things are under way. */
function outcomeOf(next: Partial<Status>): (New & { event: "Ready" | "Failed" }) | undefined {
  const condition = (type: string) => next.conditions?.find((each) => each.type === type);
  const ready = condition("Ready");
  if (next.phase === "Running")
    return ready?.status === "True" && condition("Applied")?.status !== "False"
      ? { event: "Ready" }
      : undefined;
  const broken = next.phase === "Degraded" && !/^(Starting|Applying|Retrying)$/.test(ready?.reason ?? "");
  if (next.phase !== "Failed" && !broken) return undefined;
  return {
    event: "Failed",
    ...(next.message ? { message: next.message.slice(0, LONGEST_MESSAGE) } : {}),
    ...(next.reason ? { reason: next.reason, params: brief(next.params ?? {}) } : {}),
    ...(next.failingObject ? { object: next.failingObject } : {}),
  };
}

/** All of them have to fit an object that is read often. */
function brief(params: NonNullable<Status["params"]>): NonNullable<Status["params"]> {
  const cut = (value: string | number) =>
    typeof value === "string" ? value.slice(0, LONGEST_MESSAGE) : value;
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key, cut(value)]));
}

/** Without the oldest outcomes, else the oldest changes; how it was installed stays. */
function bounded(history: readonly HistoryEntry[]): HistoryEntry[] {
  const kept = [...history];
  while (kept.length > MOST) {
    const outcome = kept.findIndex(({ event }) => OUTCOMES.includes(event));
    kept.splice(outcome >= 0 && outcome < kept.length - 1 ? outcome : 1, 1);
  }
  return kept;
}

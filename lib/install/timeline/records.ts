import { type Door, readFieldManager } from "../../model/door.ts";
import {
  API_VERSION,
  annotation,
  type Departed,
  type HistoryEntry,
  type HistoryEvent,
  type Installation,
} from "../../model/resources.ts";
import type { TimelineEntry, TimelineEvent } from "../../model/timeline.ts";
import type { Revision } from "../revisions.ts";
import { ownedPaths, owns, type Writer, writersOf } from "../writers.ts";

/** Two records of one change: managed fields have whole seconds. */
const SAME_MS = 2_000;

const words: Record<HistoryEvent, { event: TimelineEvent; kind: "change" | "outcome" }> = {
  Installed: { event: "installed", kind: "change" },
  Upgraded: { event: "upgraded", kind: "change" },
  Changed: { event: "changed", kind: "change" },
  RolledBack: { event: "rolled-back", kind: "change" },
  Stopped: { event: "stopped", kind: "change" },
  Started: { event: "started", kind: "change" },
  Ready: { event: "ready", kind: "outcome" },
  Failed: { event: "failed", kind: "outcome" },
  UninstallRequested: { event: "uninstall-requested", kind: "change" },
  Uninstalled: { event: "uninstalled", kind: "outcome" },
  Deleted: { event: "deleted", kind: "change" },
};

/** Who it was, from the name under which they wrote; people get their names later. */
export function writerOf(manager: string | undefined): Pick<TimelineEntry, "door" | "program" | "person"> {
  if (!manager) return { door: "other" };
  const { door, uid } = readFieldManager(manager);
  return { door, program: manager, ...(uid ? { person: { uid, name: uid } } : {}) };
}

/** What a program other than ours holds is what it was used for; pages write objects whole. */
export function fieldsOf(writer: Writer, door: Door): { fields?: string[] } {
  if (door === "page" || door === "cli") return {};
  // Annotations come along with nearly every change, and are told of only where nothing else was changed.
  const { "f:metadata": _, ...wanted } = writer.fieldsV1 ?? {};
  const fieldsV1 = Object.keys(wanted).length > 0 ? wanted : writer.fieldsV1;
  return { fields: ownedPaths({ ...writer, ...(fieldsV1 ? { fieldsV1 } : {}) }) };
}

/** What an installation's own record says, and the changes that it does not have (yet). */
export function ofInstallation(installation: Installation, revisions: readonly Revision[]): TimelineEntry[] {
  const { name } = installation.metadata;
  const history = installation.status?.history ?? [];
  return [
    ...ofHistory(name, history),
    ...ofRevisions(name, revisions, history),
    ...ofWriters(installation, history),
  ];
}

/** The entries of what is gone, the newest first. */
export function ofDeparted({ name, object, history }: Departed): TimelineEntry[] {
  if (!object) return ofHistory(name, history);
  return ofHistory(name, history).map(({ installation: _, ...entry }) => ({ ...entry, object }));
}

function ofHistory(name: string, history: readonly HistoryEntry[]): TimelineEntry[] {
  // Of two that happened in one moment, the later is the newer.
  return history.toReversed().flatMap(({ at, event, by, object, ...rest }) => {
    const said = Object.hasOwn(words, event) ? words[event] : undefined;
    // What comes of itself is the manager's word; a deletion without a trace came from elsewhere.
    const door: Door = said?.kind === "outcome" ? "manager" : "other";
    return said
      ? [
          {
            at,
            ...said,
            object: object ?? objectOf(name),
            installation: name,
            ...(by ? writerOf(by) : { door }),
            ...rest,
          },
        ]
      : [];
  });
}

/** Of an installation from before its record was kept. */
function ofRevisions(
  name: string,
  revisions: readonly Revision[],
  history: readonly HistoryEntry[],
): TimelineEntry[] {
  const known = new Set(history.map(({ revision }) => revision));
  const first = Math.min(...revisions.map(({ revision }) => revision));
  return revisions
    .filter(({ revision }) => !known.has(revision))
    .map(({ revision, metadata, data }) => ({
      at: metadata.annotations?.[annotation.wantedAt] ?? metadata.creationTimestamp ?? "",
      kind: "change",
      event: revision === first ? "installed" : "changed",
      object: objectOf(name),
      installation: name,
      ...writerOf(metadata.annotations?.[annotation.door]),
      image: data.image,
      revision,
    }));
}

function ofWriters(installation: Installation, history: readonly HistoryEntry[]): TimelineEntry[] {
  const { name, annotations = {} } = installation.metadata;
  const recorded = (at: string, manager: string) =>
    history.some(({ by, at: then }) => by === manager && near(at, then));
  return writersOf(installation).flatMap((writer) => {
    const who = writerOf(writer.manager);
    // Controllers tend metadata; nothing but a person's program changes what is wanted, whatever it calls itself.
    const tended = who.door === "cluster" && !owns(writer, ["spec"]);
    const ours = who.door === "manager" || tended || writer.subresource !== undefined;
    if (ours || recorded(writer.time, writer.manager)) return [];
    const retried =
      owns(writer, ["metadata", "annotations", annotation.retry]) &&
      near(writer.time, annotations[annotation.retry] ?? "");
    return [
      {
        at: writer.time,
        kind: "change" as const,
        event: retried ? ("retried" as const) : ("edited" as const),
        object: objectOf(name),
        installation: name,
        ...who,
        ...(retried ? {} : fieldsOf(writer, who.door)),
      },
    ];
  });
}

const objectOf = (name: string) => ({ apiVersion: API_VERSION, kind: "Installation", name });
const near = (a: string, b: string) => Math.abs(Date.parse(a) - Date.parse(b)) <= SAME_MS;

import type { ObjectReference } from "../../model/kubernetes.ts";
import { label } from "../../model/resources.ts";
import type { Timeline, TimelineEntry, TimelineSubject } from "../../model/timeline.ts";
import { belonging } from "../belonging.ts";
import { involved } from "../events.ts";
import { groupKind } from "../references.ts";
import { maskedThrough, masker } from "../troubleshoot/mask.ts";
import { ofEvent, ofObject, ofRun } from "./objects.ts";
import { ofDeparted, ofInstallation } from "./records.ts";
import type { TimelineSources } from "./sources.ts";

/** The most lines of one timeline; older ones are left out. */
const MOST = 2_000;

/** One timeline of all records, the newest first, with people's names. */
export function merged(sources: TimelineSources, subject: TimelineSubject): Timeline {
  const belongs = belonging(sources.installations);
  const entries = [
    ...sources.installations.flatMap((installation) =>
      ofInstallation(
        installation,
        sources.revisions.filter(
          ({ metadata }) => metadata.labels?.[label.installation] === installation.metadata.name,
        ),
      ),
    ),
    ...sources.departed.flatMap(ofDeparted),
    ...sources.runs.map(ofRun),
    ...sources.objects.flatMap(ofObject),
    ...sources.events.flatMap((event) => ofEvent(event, belongs(involved(event))) ?? []),
  ];
  const wanted = entries.filter((entry) => !Number.isNaN(Date.parse(entry.at)) && concerns(entry, subject));
  return {
    entries: wanted
      .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
      .slice(0, MOST)
      .map((entry) => named(masked(entry), sources.people)),
    unread: sources.unread,
  };
}

function concerns({ event, installation, object }: TimelineEntry, subject: TimelineSubject): boolean {
  if (subject.installation !== undefined) return installation === subject.installation;
  const { instance } = subject;
  if (!instance) return true;
  // What operators make for an instance is called after it.
  return same(object, instance) || (event === "reported" && object.name.startsWith(`${instance.name}-`));
}

/** Whether both name the same object of a namespace, whatever version they are written in. */
function same(one: ObjectReference, other: ObjectReference): boolean {
  return groupKind(one) === groupKind(other) && one.name === other.name;
}

const mask = masker([]);

/** Messages are of programs that may have said more than they should. */
function masked(entry: TimelineEntry): TimelineEntry {
  const { message, params } = entry;
  if (message === undefined) return entry;
  return { ...entry, message: mask(message), ...(params ? { params: maskedThrough(params, mask) } : {}) };
}

function named(entry: TimelineEntry, people: ReadonlyMap<string, string>): TimelineEntry {
  const name = entry.person && people.get(entry.person.uid);
  return entry.person && name ? { ...entry, person: { ...entry.person, name } } : entry;
}

import type { KubernetesObject, ObjectReference } from "../../model/kubernetes.ts";
import { API_VERSION, type Installation, label } from "../../model/resources.ts";
import type { Timeline, TimelineEntry, TimelineSubject } from "../../model/timeline.ts";
import { groupKind } from "../references.ts";
import { involved, ofEvent, ofObject, ofRun } from "./objects.ts";
import { ofDeparted, ofInstallation } from "./records.ts";
import type { TimelineSources } from "./sources.ts";

/** The most lines of one timeline; older ones are left out. */
const MOST = 2_000;

/** One timeline of all records, the newest first, with people's names. */
export function merged(sources: TimelineSources, subject: TimelineSubject): Timeline {
  const owners = ownersOf(sources);
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
    ...sources.events.flatMap((event) => ofEvent(event, owners(event)) ?? []),
  ];
  const wanted = entries.filter((entry) => entry.at !== "" && concerns(entry, subject));
  return {
    entries: wanted
      .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
      .slice(0, MOST)
      .map((entry) => named(entry, sources.people)),
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

/**
 * Tells to which installation an event belongs: its own, one of its inventory, or one of what controllers made of that,
 * which is called after its parent (pods after their set, sets after their deployment).
 */
function ownersOf({ installations }: TimelineSources): (event: KubernetesObject) => string | undefined {
  const names = new Map<string, string>();
  for (const { metadata, status } of installations)
    for (const { kind, name } of status?.inventory ?? []) {
      names.set(name, metadata.name);
      names.set(`${kind}/${name}`, metadata.name);
    }
  const installed = new Set(installations.map(({ metadata }: Installation) => metadata.name));
  return (event) => {
    const { apiVersion, kind, name } = involved(event);
    if (kind === "Installation" && apiVersion === API_VERSION) return installed.has(name) ? name : undefined;
    const exact = names.get(`${kind}/${name}`);
    if (exact) return exact;
    for (let end = name.length; end > 0; end = name.lastIndexOf("-", end - 1)) {
      const owner = names.get(name.slice(0, end));
      if (owner) return owner;
    }
    return undefined;
  };
}

function named(entry: TimelineEntry, people: ReadonlyMap<string, string>): TimelineEntry {
  const name = entry.person && people.get(entry.person.uid);
  return entry.person && name ? { ...entry, person: { ...entry.person, name } } : entry;
}

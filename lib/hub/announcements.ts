import { randomBytes } from "node:crypto";
import type { Cluster } from "../cluster/index.ts";
import type { AnnouncementRow } from "../model/administration-views.ts";
import { type Announcement, API_VERSION, type Severity } from "../model/resources.ts";
import { announcementView, stateOf } from "./announced.ts";
import type { Hub } from "./hub.ts";
import { refuse } from "./organizations.ts";
import { type Actor, administratorOf } from "./roles.ts";

/** The words and times of an announcement; of a change, what is absent stays and what is `null` goes. */
export interface AnnouncementWords {
  title?: string | undefined;
  text?: string | undefined;
  zh?: { title: string; text: string } | undefined;
  severity?: Severity | undefined;
  from?: string | null | undefined;
  until?: string | null | undefined;
}

const KIND = { apiVersion: API_VERSION, kind: "Announcement" };

/** All announcements, those that are shown first, then by when they were made, the newest first. */
export async function listAnnouncements(hub: Hub, actor: Actor): Promise<AnnouncementRow[]> {
  const { items } = await administratorOf(hub, actor).list<Announcement>(KIND);
  const order = { shown: 0, scheduled: 1, ended: 2 };
  const rows = await Promise.all(items.map((each) => rowOf(hub, each)));
  return rows.sort((a, b) => order[a.state] - order[b.state] || b.createdAt.localeCompare(a.createdAt));
}

/** Throws `fields-wrong` for one that would end before it begins. */
export async function makeAnnouncement(
  hub: Hub,
  actor: Actor,
  words: AnnouncementWords & { title: string },
): Promise<AnnouncementRow> {
  const cluster = administratorOf(hub, actor);
  const { title, text = "", severity = "info" } = words;
  requireOrder(words.from, words.until);
  const made = await cluster.create<Announcement>({
    ...KIND,
    kind: "Announcement",
    metadata: { name: `announcement-${randomBytes(5).toString("hex")}` },
    spec: {
      ...{ title, text, severity },
      ...(words.zh && hasWords(words.zh) && { i18n: { zh: words.zh } }),
      ...(words.from && { from: words.from }),
      ...(words.until && { until: words.until }),
    },
  });
  return rowOf(hub, made);
}

/** Changes what is given; `end` ends it now. */
export async function changeAnnouncement(
  hub: Hub,
  actor: Actor,
  name: string,
  { end, zh, ...words }: AnnouncementWords & { end?: true | undefined },
): Promise<AnnouncementRow> {
  const cluster = administratorOf(hub, actor);
  const current = await find(cluster, name);
  const { from = null } = current.spec;
  const now = new Date().toISOString();
  const times = end
    ? { until: now, from: from !== null && Date.parse(from) >= Date.now() ? null : from }
    : { from: words.from === undefined ? from : words.from, until: words.until };
  const until = times.until === undefined ? current.spec.until : times.until;
  requireOrder(times.from, until);
  const spec = { ...words, ...times, ...(zh && { i18n: { zh: hasWords(zh) ? zh : null } }) };
  return rowOf(hub, await cluster.patch<Announcement>({ ...KIND, name }, { spec }, { type: "merge" }));
}

/** Takes it from every desktop at once. Throws `administrators-only`. */
export async function deleteAnnouncement(hub: Hub, actor: Actor, name: string): Promise<void> {
  await administratorOf(hub, actor).delete({ ...KIND, name });
}

function find(cluster: Cluster, name: string): Promise<Announcement> {
  return cluster.get<Announcement>({ ...KIND, name });
}

function hasWords({ title, text }: { title: string; text: string }): boolean {
  return title !== "" || text !== "";
}

function requireOrder(from: string | null | undefined, until: string | null | undefined): void {
  if (from && until && Date.parse(until) <= Date.parse(from)) refuse("until", "until-before-from");
}

async function rowOf(hub: Hub, announcement: Announcement): Promise<AnnouncementRow> {
  const { metadata, spec } = announcement;
  const watched = hub.informers.hub<Announcement>("Announcement").get(undefined, metadata.name);
  // What is watched is rendered already, for the desktops or when it was last listed.
  const same = watched?.metadata.resourceVersion === metadata.resourceVersion ? watched : undefined;
  const { title = "", text = "" } = spec.i18n?.zh ?? {};
  const { html, i18n } = await announcementView(same ?? announcement);
  return {
    name: metadata.name,
    title: spec.title,
    text: spec.text ?? "",
    zh: { title, text },
    severity: spec.severity ?? "info",
    ...(spec.from && { from: spec.from }),
    ...(spec.until && { until: spec.until }),
    ...{ html, zhHtml: i18n.zh?.html ?? "" },
    state: stateOf(announcement, Date.now()),
    createdAt: metadata.creationTimestamp ?? "",
  };
}

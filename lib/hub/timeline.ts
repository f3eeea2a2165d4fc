import { readTimeline, timelineCsv } from "../install/timeline/index.ts";
import type { Timeline, TimelineSubject } from "../model/timeline.ts";
import type { Hub } from "./hub.ts";

/** Who did what, when, and through which door, read as the member. */
export async function timeline(
  hub: Hub,
  uid: string,
  namespace: string,
  subject: TimelineSubject,
): Promise<{ timeline: Timeline; csv: () => string }> {
  const read = await readTimeline(hub.members.clusterOf(uid, namespace), namespace, subject);
  return { timeline: read, csv: () => timelineCsv(read.entries) };
}

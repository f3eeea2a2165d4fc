import { readTimeline } from "../install/timeline/read.ts";
import type { Timeline, TimelineSubject } from "../model/timeline.ts";
import type { Hub } from "./hub.ts";

/** Who did what, when, and through which door, read as the member. */
export function timeline(
  hub: Hub,
  uid: string,
  namespace: string,
  subject: TimelineSubject,
): Promise<Timeline> {
  const member = hub.members.clusterOf(uid, namespace);
  return hub.shares.reports.during(uid, () => readTimeline(member, namespace, subject));
}

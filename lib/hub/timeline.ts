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
  return readTimeline(hub.members.clusterOf(uid, namespace), namespace, subject);
}

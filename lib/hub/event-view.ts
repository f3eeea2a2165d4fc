import { numberAt, textAt } from "../install/paths.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import type { EventView } from "../model/stream.ts";

/** A `v1 Event` as pages list it; both the older and the newer way of counting are read. */
export function eventView(event: KubernetesObject): EventView {
  const seen =
    textAt(event, "series.lastObservedTime") ??
    textAt(event, "lastTimestamp") ??
    textAt(event, "eventTime") ??
    event.metadata.creationTimestamp ??
    "";
  return {
    type: textAt(event, "type") ?? "Normal",
    reason: textAt(event, "reason") ?? "",
    message: textAt(event, "message") ?? "",
    object: `${textAt(event, "involvedObject.kind") ?? ""}/${textAt(event, "involvedObject.name") ?? ""}`,
    count: numberAt(event, "series.count") ?? numberAt(event, "count") ?? 1,
    lastSeen: seen,
  };
}

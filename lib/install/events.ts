import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";
import { textAt } from "./paths.ts";

/** When a `v1` Event was last seen (ISO 8601), from whichever of its time fields is set. */
export function lastSeen(event: KubernetesObject): string {
  return (
    textAt(event, "series.lastObservedTime") ??
    textAt(event, "lastTimestamp") ??
    textAt(event, "eventTime") ??
    textAt(event, "firstTimestamp") ??
    event.metadata.creationTimestamp ??
    ""
  );
}

/** The object that an event is about. */
export function involved(event: KubernetesObject): ObjectReference {
  const at = (field: string) => textAt(event, `involvedObject.${field}`) ?? "";
  return { apiVersion: at("apiVersion"), kind: at("kind"), name: at("name") };
}

import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";
import { recordAt, textAt } from "./paths.ts";

/** Characters of an Event's texts, as the API server has them where it looks. */
const MESSAGE = 1024;
const WORD = 253;
/** Of an Event, what is read here. */
const KEPT = ["type", "reason", "message", "reportingComponent"] as const;
const TIMES = ["firstTimestamp", "lastTimestamp", "eventTime", "count"] as const;

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

/** An Event without what nobody reads: whoever may write some writes as many, and as large, as they like. */
export function briefEvent(event: KubernetesObject): KubernetesObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = event.metadata;
  const texts = (from: unknown, fields: readonly string[]) =>
    Object.fromEntries(
      fields.flatMap((field) => {
        const text = textAt(from, field);
        return text === undefined ? [] : [[field, text.slice(0, field === "message" ? MESSAGE : WORD)]];
      }),
    );
  const known = event as unknown as Record<string, unknown>;
  return {
    apiVersion: event.apiVersion,
    kind: event.kind,
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as KubernetesObject["metadata"],
    ...texts(event, KEPT),
    ...Object.fromEntries(TIMES.flatMap((field) => (known[field] == null ? [] : [[field, known[field]]]))),
    involvedObject: texts(recordAt(event, "involvedObject"), [
      "apiVersion",
      "kind",
      "name",
      "namespace",
      "uid",
    ]),
    source: texts(recordAt(event, "source"), ["component"]),
    ...(known.series ? { series: known.series } : {}),
  };
}

import type { StreamEvent, StreamItem, Topic } from "@/lib/model/stream";

/** What is known of one topic. A new object whenever anything changed, so that React can compare. */
export interface TopicState {
  items: ReadonlyMap<string, StreamItem["value"]>;
  /** The first snapshot has arrived. */
  ready: boolean;
  /** Counts `changed` events, for topics without items. */
  changes: number;
}

export type Topics = ReadonlyMap<Topic, TopicState>;

export const emptyTopic: TopicState = { items: new Map(), ready: false, changes: 0 };

/**
 * Folds stream events into the topics. Pure; events of topics that are not in `topics` are ignored. A whole batch is
 * folded with one copy per topic, so that a burst over 10,000 items stays cheap.
 */
export function reduceTopics(topics: Topics, events: readonly StreamEvent[]): Topics {
  const next = new Map(topics);
  const copied = new Map<Topic, Map<string, StreamItem["value"]>>();
  for (const event of events) {
    if (!("topic" in event)) continue;
    const state = next.get(event.topic);
    if (!state) continue;
    switch (event.type) {
      case "snapshot": {
        const items = new Map(event.items.map((item) => [item.key, item.value]));
        copied.set(event.topic, items);
        // Whatever was missed while the stream was down may include a `changed`.
        next.set(event.topic, { items, ready: true, changes: state.changes + (state.ready ? 1 : 0) });
        break;
      }
      case "upsert":
      case "remove": {
        let items = copied.get(event.topic);
        if (!items) {
          items = new Map(state.items);
          copied.set(event.topic, items);
          next.set(event.topic, { ...state, items });
        }
        if (event.type === "remove") items.delete(event.key);
        else if (!isOlder(event.item.value, items.get(event.item.key)))
          items.set(event.item.key, event.item.value);
        break;
      }
      case "changed":
        next.set(event.topic, { ...state, changes: state.changes + 1 });
        break;
    }
  }
  return next;
}

function revision(value: unknown): bigint | undefined {
  if (typeof value !== "object" || value === null || !("metadata" in value)) return undefined;
  const metadata = value.metadata as { resourceVersion?: string } | undefined;
  return metadata?.resourceVersion && /^\d+$/.test(metadata.resourceVersion)
    ? BigInt(metadata.resourceVersion)
    : undefined;
}

/** Two streams overlap while topics change; the older one must not bring back the past (versions are ordered since 1.35). */
function isOlder(candidate: unknown, present: unknown): boolean {
  const [left, right] = [revision(candidate), revision(present)];
  return left !== undefined && right !== undefined && left < right;
}

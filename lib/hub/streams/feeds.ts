import type { Hub } from "../hub.ts";
import { Feed } from "./feed.ts";
import type { Source } from "./source.ts";
import { type ParsedTopic, topicKind } from "./topic.ts";

const known = new WeakMap<Hub, Map<string, Feed>>();

/**
 * The feed of a topic in a namespace, one for all who may see it: what a topic shows depends on the namespace and never
 * on the person, whose rights have been reviewed before.
 */
export function feedOf(hub: Hub, namespace: string, { kind, topic }: ParsedTopic, source: Source): Feed {
  const feeds = known.get(hub) ?? new Map<string, Feed>();
  known.set(hub, feeds);
  const key = kind === "providers" || kind === "announcements" ? topic : `${namespace} ${topic}`;
  const there = feeds.get(key);
  if (there) return there;
  const labels = { topic: topicKind(topic) };
  const feed = new Feed(topic, source, {
    onSent: (listeners) => hub.metrics.streamEvents.inc(labels, listeners),
    onDelay: (ms) => hub.metrics.eventDelay.observe(ms / 1000),
    onError: (error) => hub.log.warn({ err: error, ...labels }, "an item could not be shown"),
    onIdle: () => {
      if (feeds.get(key) === feed) feeds.delete(key);
    },
  });
  feeds.set(key, feed);
  return feed;
}

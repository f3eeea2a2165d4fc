"use client";
import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import type { Topic } from "@/lib/model/stream";
import { emptyTopic } from "./reduce";
import { stream } from "./stream";

export interface TopicView<T> {
  /** By key; the same Map until something changes. */
  items: ReadonlyMap<string, T>;
  ready: boolean;
  changes: number;
}

const none = () => emptyTopic;
const nothing = () => () => undefined;

/**
 * The live items of a topic (`lib/model/stream.ts`), for as long as the component is there. `undefined` reads nothing.
 * `T` is what the topic carries, e.g. `useTopic<Installation>("installations")`.
 */
export function useTopic<T extends object>(topic: Topic | undefined): TopicView<T> {
  const subscribe = useCallback(
    (notify: () => void) => (topic ? stream.subscribe(topic, notify) : nothing()),
    [topic],
  );
  const state = useSyncExternalStore(subscribe, topic ? () => stream.state(topic) : none, none);
  return state as TopicView<T>;
}

/** Calls `onChange` whenever the topic says that something changed, e.g. to ask the catalogue again. */
export function useTopicChange(topic: Topic, onChange: () => void): void {
  const { changes } = useTopic<object>(topic);
  const seen = useRef(changes);
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    if (seen.current === changes) return;
    seen.current = changes;
    latest.current();
  }, [changes]);
}

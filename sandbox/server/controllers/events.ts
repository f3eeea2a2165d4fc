import type { Backend } from "../cluster.ts";
import { type KubeObject, text } from "../objects.ts";

/** As long as kube-apiserver keeps events by default. */
const KEPT_MS = 3600 * 1000;
const EVERY_MS = 60 * 1000;

/** Removes events an hour after they last happened. */
export function expireEvents(backend: Backend): () => void {
  const sweep = () => {
    const oldest = backend.now().getTime() - KEPT_MS;
    for (const entry of [...backend.store.list("events")]) {
      const event = JSON.parse(entry.body) as KubeObject;
      const last =
        text(event, "series", "lastObservedTime") ??
        text(event, "lastTimestamp") ??
        event.metadata.creationTimestamp;
      if (last !== undefined && Date.parse(last) < oldest) backend.store.remove("events", event);
    }
    backend.store.settle();
  };
  sweep();
  const timer = setInterval(sweep, EVERY_MS);
  return () => clearInterval(timer);
}

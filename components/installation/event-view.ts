import type { KubernetesObject } from "@/lib/model/kubernetes";
import type { EventView } from "@/lib/model/stream";

/** A core/v1 or events.k8s.io Event, as far as pages read it. */
export interface KubernetesEvent extends KubernetesObject {
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  lastTimestamp?: string;
  eventTime?: string;
  involvedObject?: { kind?: string; name?: string };
}

/** An Event as a row; what is one already stays as it is. */
export function eventView(event: KubernetesEvent | EventView): EventView {
  if (!("metadata" in event)) return event;
  const { involvedObject } = event;
  return {
    type: event.type ?? "Normal",
    reason: event.reason ?? "",
    message: event.message ?? "",
    object: `${involvedObject?.kind ?? ""}/${involvedObject?.name ?? ""}`,
    count: event.count ?? 1,
    lastSeen: event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? "",
  };
}

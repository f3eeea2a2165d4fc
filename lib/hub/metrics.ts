import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What `/metrics` tells (Prometheus text format). One per process. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      name: "hub_http_request_duration_seconds",
      help: "Duration of API requests by route, method and status.",
      labelNames: ["route", "method", "status"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    streams: new Gauge({ name: "hub_streams_open", help: "Open event streams.", registers }),
    streamsDropped: new Counter({
      name: "hub_streams_dropped_total",
      help: "Streams that the server closed, by reason.",
      labelNames: ["reason"],
      registers,
    }),
    streamEvents: new Counter({
      name: "hub_stream_events_total",
      help: "Events sent to browsers, by kind of topic.",
      labelNames: ["topic"],
      registers,
    }),
    eventDelay: new Histogram({
      name: "hub_stream_event_delay_seconds",
      help: "Time from an informer's event to its hand-over to the connection.",
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
      registers,
    }),
    informerHealthy: new Gauge({
      name: "hub_informer_reachable",
      help: "1 while the informer of a kind reaches the API server.",
      labelNames: ["kind"],
      registers,
    }),
    informerObjects: new Gauge({
      name: "hub_informer_objects",
      help: "Objects an informer holds.",
      labelNames: ["kind"],
      registers,
    }),
    signIns: new Counter({
      name: "hub_sign_ins_total",
      help: "Sign-ins by provider and result.",
      labelNames: ["provider", "result"],
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;

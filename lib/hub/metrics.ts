import { Counter, Gauge, Histogram } from "prom-client";
import { createCommonMetrics } from "../observe/metrics.ts";

/** What the web server's `/metrics` tells (Prometheus text format). One per process. */
export function createMetrics(version: string) {
  const common = createCommonMetrics("web", version);
  const registers = [common.registry];
  return {
    ...common,
    requests: new Histogram({
      name: "hub_http_request_duration_seconds",
      help: "Time to the answer of an API request, by route, method and HTTP status; for a stream, to its beginning.",
      labelNames: ["route", "method", "status"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    streams: new Gauge({
      name: "hub_streams_open",
      help: "Event streams that browsers hold open.",
      registers,
    }),
    streamsOpened: new Counter({
      name: "hub_streams_opened_total",
      help: "Event streams opened.",
      registers,
    }),
    streamsClosed: new Counter({
      name: "hub_streams_closed_total",
      help: "Event streams ended, by reason: client-gone, too-slow, signed-out, expired, forbidden, failed, draining.",
      labelNames: ["reason"],
      registers,
    }),
    streamsRefused: new Counter({
      name: "hub_streams_refused_total",
      help: "Event streams and logs refused because their person holds as many as one may.",
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
      help: "Time from an informer's event to its hand-over to a browser's connection.",
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
      registers,
    }),
    signIns: new Counter({
      name: "hub_sign_ins_total",
      help: "Sign-ins, by way (oidc, github, demo) and result: succeeded, refused, limited.",
      labelNames: ["provider", "result"],
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;

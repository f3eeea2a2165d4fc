import { Counter, Gauge, Histogram } from "prom-client";
import { createCommonMetrics } from "../observe/metrics.ts";

/** What the manager's `/metrics` tells (Prometheus text format). */
export function createMetrics(version: string) {
  const common = createCommonMetrics("manager", version);
  const registers = [common.registry];
  return {
    ...common,
    leading: new Gauge({
      name: "hub_manager_leading",
      help: "1 while this manager holds the lease and works; the sum over all managers is 1.",
      registers,
    }),
    transitions: new Counter({
      name: "hub_manager_leader_transitions_total",
      help: "Times this manager began to lead.",
      registers,
    }),
    reconciles: new Histogram({
      name: "hub_manager_reconcile_duration_seconds",
      help: "Time of one look at one object, by queue and result: done, failed (to be tried again).",
      labelNames: ["queue", "result"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    waits: new Histogram({
      name: "hub_manager_queue_wait_seconds",
      help: "Time that an object waited for a worker, by queue.",
      labelNames: ["queue"],
      buckets: [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300],
      registers,
    }),
    retries: new Counter({
      name: "hub_manager_queue_retries_total",
      help: "Looks at objects that failed and are tried again, with growing delays, by queue.",
      labelNames: ["queue"],
      registers,
    }),
    depth: new Gauge({
      name: "hub_manager_queue_depth",
      help: "Objects that wait for a worker, by queue.",
      labelNames: ["queue"],
      registers,
    }),
    installations: new Gauge({
      name: "hub_installations",
      help: "Installations in the cluster, by phase; told by the leading manager only.",
      labelNames: ["phase"],
      registers,
    }),
    providers: new Gauge({
      name: "hub_providers",
      help: "Providers in the cluster, by phase; told by the leading manager only.",
      labelNames: ["phase"],
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;

/** Measures a queue's work; pass it to `WorkQueue` as `onProcessed`. */
export function measureQueue(
  metrics: Pick<Metrics, "reconciles" | "waits" | "retries"> | undefined,
  queue: string,
) {
  return ({ durationMs, waitedMs, failed }: { durationMs: number; waitedMs: number; failed: boolean }) => {
    metrics?.reconciles.observe({ queue, result: failed ? "failed" : "done" }, durationMs / 1000);
    metrics?.waits.observe({ queue }, waitedMs / 1000);
    if (failed) metrics?.retries.inc({ queue });
  };
}

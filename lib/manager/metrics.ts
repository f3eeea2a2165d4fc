import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What the manager's `/metrics` tells (Prometheus text format). */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    reconciles: new Histogram({
      name: "hub_manager_reconcile_duration_seconds",
      help: "Duration of one look at one object, by queue and result.",
      labelNames: ["queue", "result"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    leading: new Gauge({ name: "hub_manager_leading", help: "1 while this process leads.", registers }),
    depth: new Gauge({ name: "hub_manager_queue_depth", help: "Keys that wait for work.", registers }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;

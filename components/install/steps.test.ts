import { expect, test } from "vitest";
import type { Condition } from "@/lib/model/kubernetes";
import type { Installation, InstallationPhase } from "@/lib/model/resources";
import { stepsOf } from "./steps";

function condition(type: string, status: Condition["status"], second: number, message = ""): Condition {
  return { type, status, reason: "Test", message, lastTransitionTime: `2026-01-01T00:00:0${second}Z` };
}

function installation(phase: InstallationPhase, conditions: Condition[]): Installation {
  return {
    apiVersion: "hub.sealos.io/v1alpha1",
    kind: "Installation",
    metadata: { name: "a", creationTimestamp: "2026-01-01T00:00:00Z" },
    spec: { image: "labring/affine:1" },
    status: { phase, conditions },
  };
}

const states = (each: Installation) => stepsOf(each).map((step) => step.state);

test("before the controller has said anything, the first step is at work", () => {
  expect(states(installation("Pending", []))).toEqual(["active", "waiting", "waiting", "waiting", "waiting"]);
});

test("true conditions are done, with the time each took; the next is at work", () => {
  const steps = stepsOf(
    installation("Installing", [
      condition("Resolved", "True", 1),
      condition("ProviderReady", "True", 4),
      condition("Applied", "False", 4, "3 of 10 objects"),
    ]),
  );
  expect(steps.slice(0, 3)).toEqual([
    { type: "Resolved", state: "done", tookMs: 1000 },
    { type: "ProviderReady", state: "done", tookMs: 3000 },
    { type: "Applied", state: "active", message: "3 of 10 objects" },
  ]);
});

test("what was stopped and started since it was ready does not count as the time that a step took", () => {
  const started = installation("Running", [
    condition("Resolved", "True", 1),
    condition("ProviderReady", "True", 2),
    condition("Applied", "True", 8),
  ]);
  started.status = { ...started.status, history: [{ at: "2026-01-01T00:00:04Z", event: "Ready" }] };
  expect(stepsOf(started).slice(0, 3)).toEqual([
    { type: "Resolved", state: "done", tookMs: 1000 },
    { type: "ProviderReady", state: "done", tookMs: 1000 },
    { type: "Applied", state: "done" },
  ]);
});

test("a failure stands at the first step that is not true", () => {
  const failed = installation("Failed", [
    condition("Resolved", "True", 1),
    condition("ProviderReady", "True", 1),
    condition("Applied", "True", 2),
    condition("Healthy", "False", 3, "image cannot be pulled"),
    condition("Ready", "False", 3),
  ]);
  expect(states(failed)).toEqual(["done", "done", "done", "failed", "waiting"]);
});

test("what ran for a moment and broke stands failed, what starts again is at work", () => {
  const healthy = (reason: string) => ({ ...condition("Healthy", "False", 3, "it crashes"), reason });
  const before = ["Resolved", "ProviderReady", "Applied"].map((type) => condition(type, "True", 1));
  const stateOf = (reason: string) => states(installation("Degraded", [...before, healthy(reason)]))[3];
  expect(stateOf("Crashing")).toBe("failed");
  expect(stateOf("Starting")).toBe("active");
});

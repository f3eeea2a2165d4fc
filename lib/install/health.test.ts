import { expect, test } from "vitest";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { healthOf, isUnseenOnly } from "./health.ts";

const object = (apiVersion: string, kind: string, rest: object, metadata: object = {}): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: "x", generation: 2, ...metadata },
  ...rest,
});
const deployment = (status: object, spec: object = { replicas: 2 }) =>
  object("apps/v1", "Deployment", { spec, status });
const seen = { observedGeneration: 2 };
const complete = { ...seen, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };

test.for<[string, KubernetesObject, string, string]>([
  ["a Deployment with all replicas", deployment(complete), "Current", "Ready"],
  ["a Deployment nobody has looked at", deployment({}), "InProgress", "NotObserved"],
  [
    "a Deployment whose latest change is not seen",
    deployment({ ...complete, observedGeneration: 1 }),
    "InProgress",
    "LatestGenerationNotObserved",
  ],
  ["a Deployment with old pods left", deployment({ ...complete, replicas: 3 }), "InProgress", "ExtraPods"],
  [
    "a Deployment with one replica missing",
    deployment({ ...complete, availableReplicas: 1 }),
    "InProgress",
    "LessAvailable",
  ],
  [
    "a Deployment that gave up",
    deployment({
      ...complete,
      conditions: [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }],
    }),
    "Failed",
    "ProgressDeadlineExceeded",
  ],
  ["a Deployment scaled to nothing", deployment({}, { replicas: 0 }), "Current", "Ready"],
  [
    "a StatefulSet in a rollout",
    object("apps/v1", "StatefulSet", {
      spec: { replicas: 2 },
      status: {
        ...seen,
        replicas: 2,
        readyReplicas: 2,
        updatedReplicas: 1,
        updateRevision: "b",
        currentRevision: "a",
      },
    }),
    "InProgress",
    "PartialRollout",
  ],
  [
    "a StatefulSet that is done",
    object("apps/v1", "StatefulSet", {
      spec: { replicas: 1 },
      status: {
        ...seen,
        replicas: 1,
        readyReplicas: 1,
        updatedReplicas: 1,
        updateRevision: "a",
        currentRevision: "a",
      },
    }),
    "Current",
    "Ready",
  ],
  [
    "a Job that failed",
    object("batch/v1", "Job", {
      status: { conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded" }] },
    }),
    "Failed",
    "BackoffLimitExceeded",
  ],
  [
    "a Job that is done",
    object("batch/v1", "Job", { status: { conditions: [{ type: "Complete", status: "True" }] } }),
    "Current",
    "Ready",
  ],
  [
    "a claim that waits",
    object("v1", "PersistentVolumeClaim", { status: { phase: "Pending" } }),
    "InProgress",
    "NotBound",
  ],
  ["a ConfigMap", object("v1", "ConfigMap", { data: {} }), "Current", "Ready"],
  ["a custom resource that says nothing", object("example.org/v1", "Thing", {}), "Current", "Ready"],
  [
    "a custom resource that is not ready",
    object("example.org/v1", "Thing", {
      status: { conditions: [{ type: "Ready", status: "False", reason: "Waiting" }] },
    }),
    "InProgress",
    "Waiting",
  ],
  [
    "anything on its way out",
    object("v1", "ConfigMap", {}, { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    "Terminating",
    "Terminating",
  ],
])("%s is judged as kstatus does", ([, given, status, reason]) => {
  expect(healthOf(given)).toMatchObject({ status, reason });
});

test("only a change that is not seen is amiss where all replicas are there, and not where they are not", () => {
  const unseen = { ...complete, observedGeneration: 1 };
  expect(isUnseenOnly(deployment(unseen))).toBe(true);
  expect(isUnseenOnly(deployment(complete))).toBe(false);
  expect(isUnseenOnly(deployment({ ...unseen, availableReplicas: 1 }))).toBe(false);
  expect(isUnseenOnly(deployment(unseen, { replicas: 3 }))).toBe(false);
});

import { expect, test } from "vitest";
import type { KubernetesObject } from "../../lib/model/kubernetes.ts";
import { editable, updated } from "./editable.ts";

const object: KubernetesObject = {
  apiVersion: "redis.redis.opstreelabs.in/v1beta2",
  kind: "Redis",
  metadata: {
    name: "a",
    namespace: "ns-x",
    uid: "1",
    resourceVersion: "7",
    generation: 2,
    finalizers: ["redisFinalizer"],
    labels: { team: "a" },
    annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}", note: "mine" },
    managedFields: [{}],
  },
  spec: { size: 1 },
  status: { phase: "Running" },
};

test("shows what a person writes and nothing that the cluster writes", () => {
  expect(editable(object)).toEqual({
    apiVersion: object.apiVersion,
    kind: "Redis",
    metadata: { name: "a", namespace: "ns-x", labels: { team: "a" }, annotations: { note: "mine" } },
    spec: { size: 1 },
  });
});

test("an edit keeps finalizers, version and status, and removes labels that were removed", () => {
  const edited: KubernetesObject = {
    apiVersion: object.apiVersion,
    kind: "Redis",
    metadata: { name: "a", namespace: "ns-x" },
    spec: { size: 2 },
  };
  expect(updated(object, edited)).toEqual({
    apiVersion: object.apiVersion,
    kind: "Redis",
    metadata: {
      name: "a",
      namespace: "ns-x",
      uid: "1",
      resourceVersion: "7",
      generation: 2,
      finalizers: ["redisFinalizer"],
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}" },
    },
    spec: { size: 2 },
    status: { phase: "Running" },
  });
});

import { expect, test } from "vitest";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { minus, quotaLines, quotaRefusal, usageOf } from "./quota.ts";

const object = (kind: string, spec: object): KubernetesObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name: "x" },
  spec,
});
const pod = (...containers: object[]) => ({ template: { spec: { containers } } });

test("counts what pods request, times their replicas, with limits and defaults standing in", () => {
  const objects = [
    object("Deployment", {
      replicas: 3,
      ...pod({ resources: { requests: { cpu: "100m" }, limits: { cpu: "1", memory: "1Gi" } } }, {}),
    }),
    object("StatefulSet", {
      replicas: 2,
      ...pod({ resources: { limits: { memory: "512Mi" } } }),
      volumeClaimTemplates: [{ spec: { resources: { requests: { storage: "10Gi" } } } }],
    }),
  ];
  const ranges = [
    object("LimitRange", {
      limits: [{ type: "Container", default: { cpu: "2" }, defaultRequest: { cpu: "50m" } }],
    }),
  ];
  const usage = usageOf(objects, ranges);
  expect(usage.pods).toBe(5);
  expect(usage["requests.cpu"]).toBeCloseTo(3 * 0.15 + 2 * 0.05);
  expect(usage["limits.cpu"]).toBe(3 * 3 + 2 * 2);
  expect(usage["requests.memory"]).toBe(3 * 2 ** 30 + 2 * 2 ** 29);
  expect(usage["requests.storage"]).toBe(20 * 2 ** 30);
  expect(usage.persistentvolumeclaims).toBe(2);
});

test("an init container that needs more than all others decides", () => {
  const usage = usageOf(
    [
      object("Pod", {
        initContainers: [{ resources: { requests: { cpu: "2" } } }],
        containers: [{ resources: { requests: { cpu: "500m" } } }],
      }),
    ],
    [],
  );
  expect(usage["requests.cpu"]).toBe(2);
});

test("shows the quota before and after, the line that does not fit first", () => {
  const quota: KubernetesObject = {
    ...object("ResourceQuota", { hard: { pods: "10", "requests.cpu": "2" } }),
    status: { used: { pods: "2", "requests.cpu": "1900m" } },
  };
  expect(quotaLines([quota], { pods: 1, "requests.cpu": 0.5 })).toEqual([
    { resource: "requests.cpu", unit: "cores", used: 1.9, added: 0.5, hard: 2, fits: false },
    { resource: "pods", unit: "count", used: 2, added: 1, hard: 10, fits: true },
  ]);
});

test("an app that shrinks fits even where the quota is overdrawn", () => {
  const quota: KubernetesObject = {
    ...object("ResourceQuota", { hard: { pods: "1" } }),
    status: { used: { pods: "3" } },
  };
  expect(quotaLines([quota], minus({ pods: 1 }, { pods: 2 }))[0]?.fits).toBe(true);
});

test("reads from the API server's refusal by how much the quota is too small", () => {
  const message =
    'pods "web-1" is forbidden: exceeded quota: quota, requested: limits.memory=2Gi,pods=1, used: limits.memory=3Gi,pods=1, limited: limits.memory=4Gi,pods=9';
  const refusal = quotaRefusal(message);
  expect(refusal?.params).toMatchObject({ resource: "limits.memory", over: 2 ** 30 });
  expect(refusal?.message).toContain("1 GiB are missing");
  expect(quotaRefusal("deployments is forbidden")).toBeUndefined();
  const many =
    'clusters.cluster.x-k8s.io "d" is forbidden: exceeded quota: quota, requested: count/clusters.cluster.x-k8s.io=1, used: count/clusters.cluster.x-k8s.io=3, limited: count/clusters.cluster.x-k8s.io=3';
  expect(quotaRefusal(many)).toMatchObject({
    message:
      "The workspace may have at most 3 clusters (cluster.x-k8s.io) and has 3. Delete one, or ask an administrator for a larger quota.",
    reason: "quota-count",
  });
});

import { describe, expect, test } from "vitest";
import type { KubernetesObject } from "../model/kubernetes.ts";
import type { Inspection } from "./inspect.ts";
import { restarts, rightsAdded } from "./plan-change.ts";
import { referenceOf } from "./references.ts";

function workload(image: string, replicas = 1, kind = "Deployment"): KubernetesObject {
  const template = { spec: { containers: [{ name: "web", image }] } };
  return { apiVersion: "apps/v1", kind, metadata: { name: "web" }, spec: { replicas, template } };
}

function changed(
  live: KubernetesObject,
  merged: KubernetesObject,
  more: Partial<Inspection> = {},
): Inspection {
  return { object: merged, reference: referenceOf(merged), operation: "change", live, merged, ...more };
}

describe("a change restarts", () => {
  test("workloads whose pods are made another way, and no others", () => {
    expect(restarts(changed(workload("a:1"), workload("a:2")))).toBe(true);
    expect(restarts(changed(workload("a:1"), workload("a:1", 3)))).toBe(false);
    expect(restarts(changed(workload("a:1", 1, "CronJob"), workload("a:2", 1, "CronJob")))).toBe(false);
  });

  test("a Job that has to be made anew, and nothing that is only new", () => {
    const job = workload("a:1", 1, "Job");
    expect(restarts(changed(job, job, { replace: true }))).toBe(true);
    expect(restarts({ ...changed(job, job), operation: "create" })).toBe(false);
  });
});

test("rights that what is installed does not give are marked as new", () => {
  const role = (resources: string[]): KubernetesObject => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "web" },
    rules: resources.map((resource) => ({ apiGroups: [""], resources: [resource], verbs: ["get"] })),
  });
  const binding: KubernetesObject = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "web" },
    roleRef: { kind: "Role", name: "web" },
    subjects: [{ kind: "ServiceAccount", name: "web" }],
  };
  const [before, after] = [role(["configmaps"]), role(["configmaps", "secrets"])];
  const inspections = [
    changed(before, after),
    { ...changed(binding, binding), operation: "unchanged" as const },
  ];
  const context = {
    namespace: "ns-a",
    cloudDomain: "",
    cloudPort: "",
    certSecretName: "",
    serviceAccount: "a",
  };
  const rights = rightsAdded([after, binding], inspections, context);
  expect(rights.map(({ resources, added }) => [resources, added])).toEqual([
    [["secrets"], true],
    [["configmaps"], undefined],
  ]);
});

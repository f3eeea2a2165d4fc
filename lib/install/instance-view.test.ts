import { expect, test } from "vitest";
import type { InstanceKind } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { instanceView, memberView } from "./instance-view.ts";

const kind = (status: InstanceKind["status"]): InstanceKind => ({
  apiVersion: "db.example/v1",
  kind: "Database",
  plural: "databases",
  title: "Database",
  form: {},
  template: "",
  columns: [
    { title: "Version", path: "spec.version" },
    { title: "Size", path: "spec.size" },
  ],
  status,
  workloads: { selector: { app: "x" }, kinds: ["StatefulSet"] },
});
const database = (status?: object, metadata: object = {}): KubernetesObject => ({
  apiVersion: "db.example/v1",
  kind: "Database",
  metadata: { name: "shop", namespace: "ns-a", ...metadata },
  spec: { version: "17", members: 3 },
  ...(status && { status }),
});
const set = (replicas: number, readyReplicas: number): KubernetesObject => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "shop" },
  spec: { replicas },
  status: { readyReplicas },
});
const crashing: KubernetesObject = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "shop-0" },
  status: {
    containerStatuses: [
      { name: "db", state: { waiting: { reason: "CrashLoopBackOff", message: "back-off" } } },
    ],
  },
};
const waiting: KubernetesObject = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "shop-0" },
  status: {
    conditions: [
      {
        type: "PodScheduled",
        status: "False",
        reason: "Unschedulable",
        message: "pod has unbound immediate PersistentVolumeClaims.",
      },
    ],
  },
};

const reporting = kind({
  phase: { path: "status.state", values: { up: "Running", making: "Creating", broken: "Failed" } },
  desired: { path: "spec.members" },
  workloads: "required",
});
const showing = kind({ present: { path: "status.bucket" }, workloads: "ignored" });
const silent = kind({ workloads: "fallback" });
const conditioned = kind({
  conditions: [
    { type: "Ready", status: "True", phase: "Running" },
    { type: "Ready", status: "False", phase: "Creating" },
  ],
  workloads: "ignored",
});

test.each([
  ["nothing is there yet", reporting, database(), [], [], "Pending"],
  ["the field that shows it is not filled in yet", showing, database({ size: 0 }), [], [], "Pending"],
  ["the field that shows it is filled in", showing, database({ bucket: "a-shop" }), [], [], "Running"],
  ["the operator is at work", reporting, database({ state: "making" }), [set(3, 0)], [], "Creating"],
  [
    "the operator says up before its pods are",
    reporting,
    database({ state: "up" }),
    [set(3, 0)],
    [],
    "Creating",
  ],
  ["one member is missing", reporting, database({ state: "up" }), [set(3, 2)], [], "Updating"],
  ["it is up, and so are its pods", reporting, database({ state: "up" }), [set(3, 3)], [], "Running"],
  [
    "it says up while its pod crashes",
    reporting,
    database({ state: "up" }),
    [set(3, 0)],
    [crashing],
    "Failed",
  ],
  ["the operator says it is broken", reporting, database({ state: "broken" }), [set(3, 3)], [], "Failed"],
  ["the operator says a word nobody knows", reporting, database({ state: "odd" }), [], [], "Unknown"],
  [
    "it is being deleted",
    reporting,
    database({ state: "up" }, { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    [],
    [],
    "Deleting",
  ],
  ["a silent operator has made nothing", silent, database(), [], [], "Pending"],
  ["a silent operator's pods start", silent, database(), [set(2, 0)], [], "Creating"],
  ["a silent operator's pods are up", silent, database(), [set(2, 2)], [], "Running"],
  ["a silent operator's set is scaled to none", silent, database(), [set(0, 0)], [], "Stopped"],
  ["a silent operator's pod crashes", silent, database(), [set(2, 1)], [crashing], "Failed"],
  [
    "a condition holds",
    conditioned,
    database({ conditions: [{ type: "Ready", status: "True" }] }),
    [],
    [],
    "Running",
  ],
  [
    "a condition does not hold",
    conditioned,
    database({ conditions: [{ type: "Ready", status: "False" }] }),
    [],
    [],
    "Creating",
  ],
] as const)("when %s", (_, rules, object, workloads, pods, phase) => {
  expect(instanceView("a.b", rules, object, { workloads: [...workloads], pods: [...pods] }).phase).toBe(
    phase,
  );
});

test("a row has the declared columns and says in one sentence what keeps it from running", () => {
  const view = instanceView("a.b", reporting, database({ state: "making" }), {
    workloads: [set(3, 1)],
    pods: [crashing],
  });
  expect(view).toMatchObject({
    columns: ["17", null],
    ready: 1,
    desired: 3,
    reported: "making",
    message: "The container db of shop-0 keeps crashing: back-off.",
  });
});

test("a volume that is being made is nothing to worry people with", () => {
  const view = instanceView("a.b", reporting, database({ state: "making" }), {
    workloads: [],
    pods: [waiting],
  });
  expect(view.message).toBeUndefined();
});

test("members count as ready by their own phases, those that leave not at all, and hold Running back", () => {
  const members: NonNullable<InstanceKind["members"]> = {
    ...{ apiVersion: "db.example/v1", kind: "Machine", plural: "machines", title: "Machines" },
    phase: { path: "status.phase", values: { up: "Running", booting: "Creating" } },
    columns: [{ title: "Version", path: "spec.version" }],
  };
  const rules: InstanceKind = {
    ...kind({
      phase: { path: "status.state", values: { made: "Running" } },
      conditions: [{ type: "Rolling", status: "True", phase: "Updating" }],
      workloads: "ignored",
    }),
    members,
  };
  const member = (phase?: string, metadata: object = {}): KubernetesObject => ({
    ...{ apiVersion: "db.example/v1", kind: "Machine", metadata: { name: `m-${phase}`, ...metadata } },
    spec: { version: "17" },
    ...(phase && { status: { phase } }),
  });
  const view = (all: KubernetesObject[], status: object = { state: "made" }) =>
    instanceView("a.b", rules, database(status), { workloads: [], pods: [], members: all });
  const leaving = member("up", { deletionTimestamp: "2026-11-29T00:00:00Z" });
  expect(view([member("up"), member("up"), leaving])).toMatchObject({
    ...{ phase: "Running", ready: 2, desired: 2 },
  });
  expect(view([member("up"), member("booting")])).toMatchObject({ phase: "Updating", ready: 1, desired: 2 });
  expect(view([member()])).toMatchObject({ phase: "Creating", ready: 0, desired: 1 });
  const rolling = { state: "made", conditions: [{ type: "Rolling", status: "True" }] };
  expect(view([member("up")], rolling).phase).toBe("Updating");
  expect(memberView(members, member())).toMatchObject({ phase: "Pending", columns: ["17"] });
  expect(memberView(members, leaving).phase).toBe("Deleting");
  expect(memberView(members, member("lost")).phase).toBe("Unknown");
});

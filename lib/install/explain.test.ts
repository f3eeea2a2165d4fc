import { expect, test } from "vitest";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { explain } from "./explain.ts";

const deployment: KubernetesObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "ns-a", uid: "d" },
  spec: { replicas: 1, selector: { matchLabels: { app: "web" } } },
  status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, unavailableReplicas: 1 },
};
const pod = (status: object, labels: Record<string, string> = { app: "web" }): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web-1", namespace: "ns-a", labels },
  spec: { containers: [{ name: "web", image: "web:1", resources: { limits: { memory: "64Mi" } } }] },
  status,
});
const waiting = (reason: string, message = "") => ({
  containerStatuses: [
    { name: "web", image: "web:1", restartCount: 3, state: { waiting: { reason, message } } },
  ],
});
const event = (kind: string, name: string, reason: string, message: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: "e", namespace: "ns-a" },
  type: "Warning",
  involvedObject: { kind, name },
  reason,
  message,
});
const quota =
  'pods "web-1" is forbidden: exceeded quota: quota, requested: pods=1, used: pods=4, limited: pods=4';

test.for<
  [string, KubernetesObject[], KubernetesObject[], { code: string; failed: boolean; params?: object }]
>([
  [
    "an image that cannot be pulled",
    [pod(waiting("ImagePullBackOff"))],
    [],
    { code: "image-pull", failed: true, params: { image: "web:1" } },
  ],
  [
    "a missing Secret",
    [pod(waiting("CreateContainerConfigError", 'secret "db" not found'))],
    [],
    { code: "config-missing", failed: true },
  ],
  [
    "too little memory",
    [
      pod({
        containerStatuses: [
          {
            name: "web",
            restartCount: 2,
            state: { waiting: { reason: "CrashLoopBackOff" } },
            lastState: { terminated: { reason: "OOMKilled", exitCode: 137 } },
          },
        ],
      }),
    ],
    [],
    { code: "out-of-memory", failed: true, params: { limit: "64Mi" } },
  ],
  [
    "no node with room",
    [
      pod({
        phase: "Pending",
        conditions: [
          {
            type: "PodScheduled",
            status: "False",
            reason: "Unschedulable",
            message: "0/2 nodes are available: insufficient cpu.",
          },
        ],
      }),
    ],
    [],
    { code: "unschedulable", failed: true },
  ],
  [
    "no room for a pod, without what kube-scheduler says of evicting others",
    [
      pod({
        phase: "Pending",
        conditions: [
          {
            type: "PodScheduled",
            status: "False",
            reason: "Unschedulable",
            message:
              "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
          },
        ],
      }),
    ],
    [],
    {
      code: "unschedulable",
      failed: true,
      params: { reason: "0/1 nodes are available: 1 Insufficient cpu." },
    },
  ],
  [
    "a volume that is still being made",
    [
      pod({
        phase: "Pending",
        conditions: [
          {
            type: "PodScheduled",
            status: "False",
            reason: "Unschedulable",
            message: "pod has unbound immediate PersistentVolumeClaims",
          },
        ],
      }),
    ],
    [],
    { code: "volume-pending", failed: false },
  ],
  [
    "a quota that refuses pods",
    [],
    [event("ReplicaSet", "web-5d4f", "FailedCreate", quota)],
    { code: "quota-exceeded", failed: true, params: { over: 1 } },
  ],
  [
    "a rule that refuses pods",
    [],
    [event("ReplicaSet", "web-5d4f", "FailedCreate", 'pods "x" is forbidden: violates PodSecurity')],
    { code: "forbidden", failed: true },
  ],
  [
    "a probe that fails",
    [pod({ phase: "Running" })],
    [event("Pod", "web-1", "Unhealthy", "Readiness probe failed")],
    { code: "not-ready", failed: false },
  ],
  ["nothing wrong yet", [pod({ phase: "Pending" })], [], { code: "starting", failed: false }],
  [
    "another app's trouble",
    [pod(waiting("ImagePullBackOff"), { app: "other" })],
    [event("ReplicaSet", "web-admin-5d4f", "FailedCreate", quota)],
    { code: "starting", failed: false },
  ],
])("%s is told as it is", async ([, pods, events, expected]) => {
  expect(await explain(deployment, { pods, events })).toMatchObject({
    ...expected,
    object: { kind: "Deployment", name: "web" },
  });
});

test("a crash is told with the last line of its log, and without one when the log cannot be read", async () => {
  const crashing = [
    pod({
      containerStatuses: [
        {
          name: "web",
          restartCount: 4,
          state: { waiting: { reason: "CrashLoopBackOff" } },
          lastState: { terminated: { exitCode: 2, reason: "Error" } },
        },
      ],
    }),
  ];
  const told = await explain(deployment, {
    pods: crashing,
    events: [],
    log: async (name, container, previous) => `${name} ${container} ${previous}\nno such database: shop\n`,
  });
  expect(told).toMatchObject({ code: "crash", params: { exitCode: 2, line: "no such database: shop" } });
  expect(told?.log).toContain("web-1 web true");
  const silent = await explain(deployment, {
    pods: crashing,
    events: [],
    log: () => Promise.reject(new Error("gone")),
  });
  expect(silent).toMatchObject({ code: "crash" });
  expect(silent?.log).toBeUndefined();
});

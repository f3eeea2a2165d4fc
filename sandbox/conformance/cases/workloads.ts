import type { Group } from "../types.ts";
import { apps, batch, but, core, creates, dry, get, merge, post, put } from "./build.ts";

const container = { name: "c", image: "nginx:1.27" };
const podSpec = { containers: [container] };
const template = { metadata: { labels: { a: "b" } }, spec: podSpec };
const selector = { matchLabels: { a: "b" } };
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "d" },
  spec: { selector, template },
};
const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: podSpec };
const withContainer = (change: Record<string, unknown>) => ({
  spec: { containers: [{ ...container, ...change }] },
});
const inTemplate = (spec: Record<string, unknown>) => ({ spec: { template: { spec } } });
const statefulSet = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "s" },
  spec: { serviceName: "s", selector, template },
};
const job = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "j" },
  spec: { template: { spec: { ...podSpec, restartPolicy: "Never" } } },
};
const cronJob = {
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: "cj" },
  spec: { schedule: "*/5 * * * *", jobTemplate: { spec: job.spec } },
};
const WRONG_SCHEDULES = [
  "61 * * * *",
  "* 24 * * *",
  "* * 0 * *",
  "* * * 13 *",
  "* * * * 7",
  "30-10 * * * *",
  "1-2-3 * * * *",
  "*/5/2 * * * *",
  "*/0 * * * *",
  "*/x * * * *",
  "* * L * *",
  "-5 * * * *",
  "0 0 2 * * *",
  "@noon",
  "@every night",
  "TZ=UTC 0 2 * * *",
];
const claim = {
  metadata: { name: "data" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
};
const probe = { httpGet: { port: 80 } };

export const workloads: Group[] = [
  {
    name: "deployment-defaults",
    area: "Workloads: defaults and refusals",
    steps: creates(apps("deployments"), deployment, [
      {},
      { spec: { replicas: 0 } },
      { spec: { strategy: { type: "Recreate" } } },
      { spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } } },
      inTemplate({ containers: [{ name: "c", image: "nginx" }] }),
      inTemplate({ containers: [{ name: "c", image: "nginx:latest" }] }),
      inTemplate({
        containers: [
          {
            name: "c",
            image:
              "r.example:5000/x/nginx@sha256:0123456789012345678901234567890123456789012345678901234567890123",
          },
        ],
      }),
      inTemplate({
        containers: [
          {
            ...container,
            livenessProbe: probe,
            readinessProbe: { tcpSocket: { port: "http" } },
            startupProbe: { exec: { command: ["a"] } },
          },
        ],
      }),
      inTemplate({
        containers: [
          {
            ...container,
            livenessProbe: { grpc: { port: 5 } },
            lifecycle: { preStop: { httpGet: { port: 80 } } },
          },
        ],
      }),
      inTemplate({
        containers: [
          { ...container, ports: [{ containerPort: 80 }, { name: "x", containerPort: 81, protocol: "UDP" }] },
        ],
      }),
      inTemplate({
        containers: [
          {
            ...container,
            resources: { limits: { cpu: "0.5", memory: "1024Mi" }, requests: { cpu: "100m" } },
          },
        ],
      }),
      inTemplate({
        containers: [
          {
            ...container,
            env: [
              { name: "A", value: "" },
              { name: "B", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
            ],
          },
        ],
      }),
      inTemplate({
        volumes: [
          { name: "a", configMap: { name: "x" } },
          { name: "b", secret: { secretName: "y" } },
          { name: "c", emptyDir: {} },
          { name: "d", hostPath: { path: "/" } },
          { name: "e", projected: { sources: [{ serviceAccountToken: { path: "t" } }] } },
          { name: "f" },
        ],
      }),
      inTemplate({
        hostNetwork: false,
        hostPID: false,
        terminationGracePeriodSeconds: 0,
        automountServiceAccountToken: false,
        serviceAccount: "x",
        nodeSelector: {},
        tolerations: [],
      }),
      inTemplate({
        containers: [
          {
            ...container,
            tty: false,
            stdin: true,
            args: [],
            command: null,
            workingDir: "",
            volumeMounts: [],
          },
        ],
      }),
      inTemplate({
        initContainers: [{ name: "i", image: "busybox" }],
        securityContext: { runAsUser: 0, runAsNonRoot: false, fsGroup: 0 },
      }),
    ]),
  },
  {
    name: "deployment-refusals",
    area: "Workloads: defaults and refusals",
    steps: [
      ...creates(apps("deployments"), deployment, [
        { spec: { replicas: "3" } },
        { spec: { replicas: -1 } },
        { spec: { replicas: 1.5 } },
        { spec: { selector: null } },
        { spec: { selector: { matchLabels: { a: "c" } } } },
        { spec: { selector: {} } },
        { spec: { template: null } },
        { spec: { template: { spec: { containers: [] } } } },
        { spec: { template: { spec: { containers: {} } } } },
        { spec: { template: "x" } },
        inTemplate({ restartPolicy: "Never" }),
        inTemplate({ containers: [{ name: "c" }] }),
        inTemplate({ containers: [{ image: "x" }] }),
        inTemplate({ containers: [{ name: "C_", image: "x" }] }),
        inTemplate({ containers: [container, container] }),
        inTemplate({ containers: [{ ...container, imagePullPolicy: "Sometimes" }] }),
        inTemplate({ containers: [{ ...container, env: [{ name: "A", value: 1 }] }] }),
        inTemplate({ containers: [{ ...container, env: [{ value: "1" }] }] }),
        inTemplate({ containers: [{ ...container, env: [{ name: "A=B", value: "1" }] }] }),
        inTemplate({
          containers: [
            {
              ...container,
              env: [{ name: "A", value: "1", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
            },
          ],
        }),
        inTemplate({ containers: [{ ...container, ports: [{ containerPort: 0 }] }] }),
        inTemplate({ containers: [{ ...container, ports: [{ containerPort: 70000 }] }] }),
        inTemplate({
          containers: [
            {
              ...container,
              ports: [
                { containerPort: 80, name: "a" },
                { containerPort: 81, name: "a" },
              ],
            },
          ],
        }),
        inTemplate({
          containers: [{ ...container, ports: [{ containerPort: 80, name: "much-too-long-a-name" }] }],
        }),
        inTemplate({ containers: [{ ...container, ports: [{ containerPort: 80, protocol: "tcp" }] }] }),
        inTemplate({ containers: [{ ...container, resources: { limits: { cpu: "1x" } } }] }),
        inTemplate({ containers: [{ ...container, resources: { limits: { cpu: "-1" } } }] }),
        inTemplate({
          containers: [{ ...container, resources: { limits: { cpu: "1" }, requests: { cpu: "2" } } }],
        }),
        inTemplate({ containers: [{ ...container, volumeMounts: [{ name: "v", mountPath: "/v" }] }] }),
        inTemplate({
          containers: [{ ...container, volumeMounts: [{ name: "v" }] }],
          volumes: [{ name: "v", emptyDir: {} }],
        }),
        inTemplate({
          containers: [
            {
              ...container,
              volumeMounts: [
                { name: "v", mountPath: "/v" },
                { name: "w", mountPath: "/v" },
              ],
            },
          ],
          volumes: [
            { name: "v", emptyDir: {} },
            { name: "w", emptyDir: {} },
          ],
        }),
        inTemplate({
          volumes: [
            { name: "v", emptyDir: {} },
            { name: "v", emptyDir: {} },
          ],
        }),
        inTemplate({ volumes: [{ name: "v", emptyDir: {}, configMap: { name: "x" } }] }),
        inTemplate({ containers: [{ ...container, livenessProbe: {} }] }),
        inTemplate({ containers: [{ ...container, livenessProbe: { httpGet: {} } }] }),
        inTemplate({ containers: [{ ...container, livenessProbe: { ...probe, successThreshold: 2 } }] }),
        inTemplate({ dnsPolicy: "x" }),
        inTemplate({ serviceAccountName: "X_Y" }),
        inTemplate({ nodeSelector: { "a b": "c" } }),
        inTemplate({ terminationGracePeriodSeconds: -1 }),
        { spec: { template: { metadata: { labels: { a: "b", "x y": "z" } } } } },
        { metadata: { labels: { a: "b c" } } },
        { metadata: { name: "Upper" } },
        { metadata: { name: null } },
        { metadata: { annotations: { a: 1 } } },
        { spec: { strategy: { type: "Recreate", rollingUpdate: { maxSurge: 1 } } } },
        { spec: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } } },
        { spec: { strategy: { type: "Other" } } },
        { kind: "Deploy" },
        { apiVersion: "apps/v2" },
      ]),
      post(
        `${apps("deployments")}?dryRun=All&fieldValidation=Strict`,
        but(deployment, {
          spec: { foo: 1, template: { spec: { containers: [{ ...container, bar: { x: 1 } }] } } },
        }),
      ),
      post(`${apps("deployments")}?dryRun=All&fieldValidation=Ignore`, but(deployment, { spec: { foo: 1 } })),
    ],
  },
  {
    name: "deployment-updates",
    area: "Workloads: defaults and refusals",
    steps: [
      post(apps("deployments"), deployment),
      dry(
        merge(apps("deployments/d"), {
          spec: { selector: { matchLabels: { a: "c" } }, template: { metadata: { labels: { a: "c" } } } },
        }),
      ),
      dry(merge(apps("deployments/d"), { spec: { template: { metadata: { labels: { a: "x" } } } } })),
      merge(apps("deployments/d"), { spec: { replicas: 3 } }),
      merge(apps("deployments/d"), { spec: { replicas: 3 } }),
      merge(apps("deployments/d"), { status: { replicas: 5 } }),
      merge(apps("deployments/d/status"), {
        status: { replicas: 5, observedGeneration: 2 },
        spec: { replicas: 7 },
      }),
      get(apps("deployments/d/scale")),
      merge(apps("deployments/d/scale"), { spec: { replicas: 4 } }),
      put(apps("deployments/d"), deployment),
      dry(put(apps("deployments/d"), but(deployment, { metadata: { name: "other" } }))),
      dry(put(apps("deployments/d"), but(deployment, { metadata: { resourceVersion: "1" } }))),
      dry(
        put(
          apps("deployments/d"),
          but(deployment, { metadata: { uid: "00000000-0000-0000-0000-000000000000" } }),
        ),
      ),
      post(apps("deployments"), deployment),
      dry(put(apps("deployments/none"), but(deployment, { metadata: { name: "none" } }))),
    ],
  },
  {
    name: "pods",
    area: "Workloads: defaults and refusals",
    steps: [
      ...creates(core("pods"), pod, [
        {},
        withContainer({ resources: { limits: { cpu: "1", memory: "1Gi" } } }),
        withContainer({ resources: { requests: { cpu: "100m" } } }),
        { spec: { serviceAccountName: "missing" } },
        { spec: { automountServiceAccountToken: false } },
        {
          spec: {
            restartPolicy: "OnFailure",
            enableServiceLinks: false,
            tolerations: [{ key: "x", operator: "Exists" }],
          },
        },
        { spec: { hostNetwork: true, containers: [{ ...container, ports: [{ containerPort: 80 }] }] } },
        { spec: { priorityClassName: "missing" } },
        { metadata: { name: null, generateName: "gen-" } },
        { spec: { containers: [] } },
        { spec: null },
        { spec: { nodeName: "n1" } },
      ]),
      post(core("pods"), pod),
      dry(merge(core("pods/p"), { spec: { containers: [{ name: "c", image: "other" }] } })),
      dry(merge(core("pods/p"), { spec: { hostNetwork: true } })),
      dry(merge(core("pods/p"), { metadata: { labels: { a: "b" } } })),
    ],
  },
  {
    name: "stateful-sets",
    area: "Workloads: defaults and refusals",
    steps: [
      ...creates(apps("statefulsets"), statefulSet, [
        {},
        { spec: { volumeClaimTemplates: [claim] } },
        { spec: { serviceName: null, podManagementPolicy: "Parallel" } },
        { spec: { updateStrategy: { type: "OnDelete" } } },
        { spec: { selector: null } },
        { spec: { podManagementPolicy: "x" } },
        { spec: { volumeClaimTemplates: [{ metadata: { name: "x" }, spec: {} }] } },
      ]),
      post(apps("statefulsets"), statefulSet),
      dry(merge(apps("statefulsets/s"), { spec: { serviceName: "other" } })),
      dry(merge(apps("statefulsets/s"), { spec: { volumeClaimTemplates: [claim] } })),
      merge(apps("statefulsets/s"), {
        spec: { replicas: 2, template: { metadata: { annotations: { x: "y" } } } },
      }),
    ],
  },
  {
    name: "other-workloads",
    area: "Workloads: defaults and refusals",
    steps: [
      ...creates(
        apps("daemonsets"),
        { apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name: "ds" }, spec: { selector, template } },
        [{}, { spec: { selector: null } }, { spec: { updateStrategy: { type: "OnDelete" } } }],
      ),
      ...creates(
        apps("replicasets"),
        { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: "rs" }, spec: { selector, template } },
        [{}, { spec: { selector: { matchLabels: { z: "z" } } } }],
      ),
      ...creates(batch("jobs"), job, [
        {},
        { spec: { template: { spec: { restartPolicy: null } } } },
        { spec: { template: { spec: { restartPolicy: "Always" } } } },
        { spec: { backoffLimit: -1 } },
        { spec: { completions: 3 } },
        { spec: { parallelism: 2, ttlSecondsAfterFinished: 0, completionMode: "Indexed", completions: 2 } },
        { spec: { template: null } },
      ]),
      ...creates(batch("cronjobs"), cronJob, [
        {},
        { spec: { schedule: "every day" } },
        { spec: { schedule: null } },
        ...WRONG_SCHEDULES.map((schedule) => ({ spec: { schedule } })),
        ...["0 22 * * MON-FRI", "5/10 * ? jan,12 0", "@every 1h30m", "@weekly"].map((schedule) => ({
          spec: { schedule },
        })),
        { spec: { timeZone: "Europe/Nowhere" } },
        { spec: { concurrencyPolicy: "x" } },
        { spec: { suspend: true, timeZone: "Europe/Berlin" } },
        { metadata: { name: "a-name-that-is-longer-than-fifty-two-characters-which-is-the-limit" } },
      ]),
      post(batch("jobs"), job),
      dry(
        merge(batch("jobs/j"), { spec: { template: { spec: { containers: [{ name: "c", image: "x" }] } } } }),
      ),
      dry(merge(batch("jobs/j"), { spec: { parallelism: 0, suspend: true } })),
      post(batch("cronjobs"), cronJob),
      merge(batch("cronjobs/cj"), { spec: { suspend: true } }),
    ],
  },
];

import type { Group } from "../types.ts";
import { apply, apps, but, core, dry, json, merge, post, put, strategic } from "./build.ts";

const container = {
  name: "c",
  image: "nginx",
  env: [
    { name: "A", value: "1" },
    { name: "B", value: "2" },
  ],
  ports: [{ containerPort: 80 }],
};
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "d", labels: { x: "1", y: "2" } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { a: "b" } },
    template: {
      metadata: { labels: { a: "b" } },
      spec: { containers: [container], volumes: [{ name: "v", emptyDir: {} }] },
    },
  },
};
const containers = (...list: unknown[]) => ({ spec: { template: { spec: { containers: list } } } });
const part = (spec: Record<string, unknown>, metadata = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "d", ...metadata },
  spec,
});
const config = (data: Record<string, string>, metadata = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "cm", ...metadata },
  data,
});
const d = apps("deployments/d");
const cm = core("configmaps/cm");

export const applies: Group[] = [
  {
    name: "apply",
    area: "Server-side apply",
    steps: [
      dry(apply(d, "m1", deployment)),
      apply(d, "m1", deployment),
      apply(d, "m1", deployment),
      apply(d, "m1", but(deployment, { spec: { foo: 1 } })),
      apply(d, "m1", but(deployment, containers({ ...container, bar: { x: 1 } }))),
      apply(
        d,
        "m1",
        but(
          deployment,
          containers({
            ...container,
            env: [
              { name: "A", value: "1" },
              { name: "A", value: "2" },
            ],
          }),
        ),
      ),
      apply(d, "m1", but(deployment, { spec: { replicas: "1" } })),
      apply(d, "m1", but(deployment, { spec: { replicas: {} } })),
      apply(d, "m1", but(deployment, containers({ ...container, env: "x" }))),
      apply(d, "m1", but(deployment, containers({ ...container, env: [{ name: "A", value: 1 }] }))),
      apply(d, "m1", but(deployment, containers({ ...container, tty: "yes" }))),
      apply(d, "m1", but(deployment, containers({ ...container, env: [{ value: "2" }] }))),
      apply(d, "m1", but(deployment, { spec: { template: [] } })),
      apply(
        d,
        "m2",
        but(
          part({ replicas: 3 }, { labels: { x: "9" } }),
          containers({ name: "c", image: "other", ports: [{ containerPort: 80, name: "h" }] }),
        ),
      ),
      apply(d, "m2", part({ replicas: 3 })),
      apply(d, "m2", part({ replicas: 3 }), "&force=true"),
      apply(
        d,
        "m1",
        but(deployment, {
          spec: {
            replicas: null,
            template: {
              spec: {
                volumes: null,
                containers: [{ name: "c", image: "nginx", env: [{ name: "B", value: "2" }] }],
              },
            },
          },
          metadata: { labels: { y: null } },
        }),
      ),
      apply(
        d,
        "m2",
        part({ template: { spec: { containers: [{ name: "side", image: "side" }, { name: "c" }] } } }),
      ),
      apply(d, "m2", part({})),
      merge(d, { spec: { replicas: 5 } }),
      apply(d, "m1", but(deployment, { spec: { replicas: 5 } })),
      apply(d, "m1", but(deployment, { spec: { replicas: 6 } })),
      strategic(d, {
        spec: {
          template: {
            spec: {
              containers: [
                {
                  name: "c",
                  env: [
                    { name: "B", $patch: "delete" },
                    { name: "Z", value: "26" },
                  ],
                },
              ],
            },
          },
        },
      }),
      merge(d, { metadata: { managedFields: [{}] } }),
      apply(d, "m2", part({ replicas: 4 })),
      { method: "PATCH", path: d, body: deployment, contentType: "application/apply-patch+yaml" },
      apply(d, "m1", but(deployment, { metadata: { managedFields: [] } })),
      apply(d, "m1", but(deployment, { kind: "StatefulSet" })),
      apply(d, "m1", but(deployment, { metadata: { name: "e" } })),
      apply(`${d}/status`, "m9", {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "d" },
        status: { replicas: 2 },
      }),
    ],
  },
  {
    name: "apply-simple",
    area: "Server-side apply",
    steps: [
      apply(cm, "m1", config({ a: "1", b: "2" })),
      apply(cm, "m2", config({ c: "3" })),
      apply(cm, "m2", config({ a: "1" })),
      apply(cm, "m1", config({ b: "2" })),
      apply(cm, "m1", config({})),
      apply(cm, "m2", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "cm" } }),
      json(cm, [{ op: "add", path: "/data", value: { j: "1" } }]),
      put(cm, config({ j: "2", k: "3" })),
      apply(cm, "m1", config({ j: "9" })),
      apply(
        cm,
        "m1",
        config({ j: "9" }, { annotations: { n: "1" }, finalizers: ["example.com/f"] }),
        "&force=true",
      ),
      merge(cm, { metadata: { finalizers: null } }),
      apply(core("secrets/s"), "m1", {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "s" },
        stringData: { a: "b" },
      }),
      apply(core("secrets/s"), "m1", {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "s" },
        data: { a: "Yg==" },
      }),
      apply(core("services/s"), "m1", {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "s" },
        spec: { ports: [{ port: 80 }, { port: 80, protocol: "UDP", name: "u" }], selector: { a: "b" } },
      }),
      apply(core("services/s"), "m1", {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "s" },
        spec: {
          ports: [
            { port: 80, name: "t" },
            { port: 80, protocol: "UDP", name: "u" },
          ],
          selector: { a: "b" },
        },
      }),
      apply(core("services/s"), "m2", {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "s" },
        spec: { selector: { c: "d" } },
      }),
      apply(core("serviceaccounts/sa"), "m1", {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "sa" },
        imagePullSecrets: [{ name: "x" }],
      }),
      apply(core("serviceaccounts/sa"), "m1", {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "sa" },
      }),
    ],
  },
  {
    name: "strategic-merge",
    area: "Patches and updates",
    steps: [
      post(apps("deployments"), deployment),
      strategic(d, containersPatch({ name: "c", image: "v2" })),
      strategic(d, containersPatch({ name: "new", image: "n" })),
      strategic(d, {
        spec: {
          template: {
            spec: {
              $setElementOrder: undefined,
              "$setElementOrder/containers": [{ name: "new" }, { name: "c" }],
              containers: [{ name: "c", image: "v3" }],
            },
          },
        },
      }),
      strategic(d, containersPatch({ name: "new", $patch: "delete" })),
      strategic(d, {
        spec: { template: { spec: { containers: [{ $patch: "replace" }, { name: "only", image: "o" }] } } },
      }),
      strategic(d, { spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } } }),
      strategic(d, {
        metadata: { labels: { x: null, z: "3" }, "$deleteFromPrimitiveList/finalizers": ["none"] },
      }),
      strategic(d, {
        spec: {
          template: {
            spec: { volumes: [{ name: "v", $retainKeys: ["name", "configMap"], configMap: { name: "x" } }] },
          },
        },
      }),
      strategic(d, { metadata: { finalizers: ["example.com/a"] } }),
      strategic(d, {
        metadata: {
          finalizers: ["example.com/b"],
          "$setElementOrder/finalizers": ["example.com/b", "example.com/a"],
        },
      }),
      strategic(d, {
        metadata: { "$deleteFromPrimitiveList/finalizers": ["example.com/a", "example.com/b"] },
      }),
      strategic(d, { spec: { template: { spec: { containers: [{ image: "x" }] } } } }),
      strategic(d, { spec: { replicas: "x" } }),
      strategic(d, { spec: { unknown: 1 } }),
      strategic(d, { $patch: "bogus" }),
    ],
  },
];

function containersPatch(container: Record<string, unknown>) {
  return { spec: { template: { spec: { containers: [container] } } } };
}

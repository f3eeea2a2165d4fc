import type { Group } from "../types.ts";
import { apply, apps, core, dry, get, json, merge, post, put, rbac, remove } from "./build.ts";

const d = apps("deployments/d");
const cm = core("configmaps/cm");
const object = (spec: unknown, metadata = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "d", ...metadata },
  spec,
});
const base = (container: Record<string, unknown>, spec: Record<string, unknown> = {}) =>
  object({
    selector: { matchLabels: { a: "b" } },
    template: {
      metadata: { labels: { a: "b" } },
      spec: { containers: [{ name: "c", image: "i:1", ...container }] },
    },
    ...spec,
  });
const only = (container: Record<string, unknown>) =>
  object({ template: { spec: { containers: [{ name: "c", ...container }] } } });
const config = (data: unknown, metadata = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "cm", ...metadata },
  data,
});

export const moreApplies: Group[] = [
  {
    name: "apply-ownership",
    area: "Server-side apply",
    steps: [
      apply(
        d,
        "a",
        base(
          {
            env: [
              { name: "A", value: "1" },
              { name: "B", value: "2" },
            ],
          },
          { replicas: 2 },
        ),
      ),
      apply(d, "b", only({ env: [{ name: "C", value: "3" }] })),
      apply(d, "b", only({ env: [{ name: "A", value: "9" }] })),
      apply(d, "b", only({ env: [{ name: "A", value: "9" }] }), "&force=true"),
      apply(d, "a", base({ env: [{ name: "B", value: "2" }] }, { replicas: 2 })),
      apply(d, "b", object({})),
      get(d),
      dry(apply(d, "c", only({ image: "i:9" }), "&force=true")),
      get(d),
      apply(`${d}/status`, "s", {
        ...object(undefined),
        status: { replicas: 1, conditions: [{ type: "Available", status: "True" }] },
      }),
      apply(`${d}/status`, "t", {
        ...object(undefined),
        status: { conditions: [{ type: "Progressing", status: "True" }] },
      }),
      apply(`${d}/status`, "t", { ...object(undefined), status: { replicas: 5 } }),
      apply(`${d}/scale`, "auto", {
        apiVersion: "autoscaling/v1",
        kind: "Scale",
        metadata: { name: "d", namespace: "{ns}" },
        spec: { replicas: 7 },
      }),
      apply(
        `${d}/scale`,
        "auto",
        {
          apiVersion: "autoscaling/v1",
          kind: "Scale",
          metadata: { name: "d", namespace: "{ns}" },
          spec: { replicas: 7 },
        },
        "&force=true",
      ),
      merge(`${d}/scale`, { spec: { replicas: 3 } }),
      get(d),
      apply(d, "a", base({}, { replicas: 2 })),
      apply(d, "a", base({})),
      merge(`${d}?fieldManager=editor`, { metadata: { labels: { e: "1" } }, spec: { paused: true } }),
      apply(d, "a", { ...base({}), metadata: { name: "d", labels: { e: "2" } } }),
      json(`${d}?fieldManager=editor`, [{ op: "remove", path: "/metadata/labels" }]),
      apply(d, "a", { ...base({}), metadata: { name: "d", labels: { e: "2" } } }),
      put(`${d}?fieldManager=putter`, base({ image: "i:2" })),
      get(d),
      apply(
        d,
        "a",
        base({ ports: [{ containerPort: 80 }, { containerPort: 80, protocol: "UDP" }] }),
        "&force=true",
      ),
      apply(d, "b", only({ ports: [{ containerPort: 80, protocol: "TCP", name: "web" }] })),
      apply(d, "a", base({ ports: [{ containerPort: 80, protocol: "UDP" }] })),
      apply(d, "a", base({ volumeMounts: [{ name: "v", mountPath: "/a" }] }, {})),
      apply(d, "a", base({ args: ["x", "y"] })),
      apply(d, "b", only({ args: ["x", "y"] })),
      apply(d, "b", only({ args: ["z"] })),
      apply(d, "a", base({ resources: { limits: { cpu: "500m" } } })),
      apply(d, "b", only({ resources: { limits: { cpu: "0.5" } } })),
      apply(d, "b", only({ resources: { limits: { memory: "1Gi" } } })),
      apply(d, "m".repeat(129), base({})),
      apply(d, "bad\u0001", base({})),
      apply(`${d}`, "a", base({}), "&force=maybe"),
      merge(`${d}?force=true`, {}),
      apply(d, "a", base({}, { selector: { matchLabels: { a: "c" } } })),
      apply(d, "a", base({ image: "" })),
      apply(d, "a", base({}), "&fieldValidation=Strict"),
      apply(d, "a", base({ imag: "x" }), "&fieldValidation=Strict"),
      apply(d, "a", base({ imag: "x" }), "&fieldValidation=Ignore"),
    ],
  },
  {
    name: "apply-forms",
    area: "Server-side apply",
    steps: [
      {
        method: "PATCH",
        path: `${cm}?fieldManager=y`,
        body: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {a: '1'}\n",
        contentType: "application/apply-patch+yaml",
      },
      {
        method: "PATCH",
        path: `${cm}?fieldManager=y`,
        body: "apiVersion: v1\nkind: ConfigMap\nmetadata: [\n",
        contentType: "application/apply-patch+yaml",
      },
      {
        method: "PATCH",
        path: `${cm}?fieldManager=y`,
        body: "- a\n",
        contentType: "application/apply-patch+yaml",
      },
      {
        method: "PATCH",
        path: `${cm}?fieldManager=y`,
        body: "",
        contentType: "application/apply-patch+yaml",
      },
      {
        method: "PATCH",
        path: `${cm}?fieldManager=y`,
        body: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {a: '1', a: '2'}\n",
        contentType: "application/apply-patch+yaml",
      },
      apply(cm, "a", { kind: "ConfigMap", metadata: { name: "cm" } }),
      apply(cm, "a", { apiVersion: "v1", metadata: { name: "cm" } }),
      apply(cm, "a", { apiVersion: "v1", kind: "ConfigMap" }),
      apply(cm, "a", config({ a: 1 })),
      apply(cm, "a", config("x")),
      apply(cm, "a", config({ a: null })),
      apply(cm, "a", config({ "a b": "1" })),
      apply(cm, "a", config({ b: "1" }, { namespace: "other" })),
      apply(cm, "a", config({ b: "1" }, { uid: "11111111-2222-3333-4444-555555555555" })),
      apply(cm, "a", config({ b: "1" }, { resourceVersion: "1" })),
      apply(cm, "a", config({ b: "1" }, { labels: { x: "1" }, annotations: { y: "2" } })),
      apply(cm, "a", config({ b: "1" }, { labels: { x: "1" } })),
      apply(cm, "a", config(undefined)),
      apply(cm, "a", { ...config({}), immutable: true }),
      apply(cm, "a", config({ q: "1" })),
      apply(core("configmaps/new"), "a", config({})),
      apply(core("configmaps/New"), "a", { ...config({}), metadata: { name: "New" } }),
      apply("/api/v1/namespaces/none-{ns}/configmaps/cm", "a", config({})),
      apply(core("configmaps"), "a", config({})),
      apply("/api/v1/namespaces/{ns}", "labeller", {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "{ns}", labels: { team: "x" } },
      }),
      apply("/api/v1/namespaces/{ns}", "labeller", {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "{ns}" },
      }),
      apply(rbac("roles/r"), "a", {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "r" },
        rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
      }),
      apply(rbac("roles/r"), "b", {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "r" },
        rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }],
      }),
      apply(core("services/s"), "a", {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "s" },
        spec: { clusterIP: "None", ports: [{ port: 80, name: "x" }] },
      }),
      merge(`${core("services/s")}?fieldManager=m`, {
        spec: {
          ports: [
            { port: 80, name: "x" },
            { port: 81, name: "y" },
          ],
        },
      }),
      apply(core("services/s"), "a", {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "s" },
        spec: { clusterIP: "None", ports: [{ port: 80, name: "x", targetPort: 8080 }] },
      }),
      apply(core("pods/p"), "a", {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          name: "p",
          finalizers: ["example.com/a"],
          ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "cm", uid: "x" }],
        },
        spec: { containers: [{ name: "c", image: "i" }] },
      }),
      apply(core("pods/p"), "b", {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "p", finalizers: ["example.com/b"] },
      }),
      apply(core("pods/p"), "a", {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "p" },
        spec: { containers: [{ name: "c", image: "i" }] },
      }),
      post(core("configmaps"), { metadata: { name: "client" }, data: { a: "1" } }),
      apply(core("configmaps/client"), "a", { ...config({ a: "2" }), metadata: { name: "client" } }),
      apply(core("configmaps/client"), "conformance", {
        ...config({ a: "2" }),
        metadata: { name: "client" },
      }),
      merge(core("configmaps/client"), { metadata: { managedFields: [{}] } }),
      get(core("configmaps/client")),
      apply(core("configmaps/client"), "a", { ...config({ a: "3" }), metadata: { name: "client" } }),
      remove(core("configmaps/client")),
    ],
  },
];

import { describe, expect, test } from "vitest";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { isHeld, ownFields } from "./held.ts";

const wanted: KubernetesObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {
    name: "web",
    namespace: "ns-a",
    labels: { app: "web" },
    ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: "u-1" }],
  },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "web" } },
    template: {
      spec: {
        containers: [
          {
            name: "web",
            image: "nginx:1",
            ports: [{ containerPort: 80 }],
            args: ["-v", "-q"],
          },
        ],
      },
    },
  },
};

// As kube-apiserver 1.36 records an apply of the object above.
const fields = {
  "f:metadata": { "f:labels": { "f:app": {} }, "f:ownerReferences": { 'k:{"uid":"u-1"}': {} } },
  "f:spec": {
    "f:replicas": {},
    "f:selector": {},
    "f:template": {
      "f:spec": {
        "f:containers": {
          'k:{"name":"web"}': {
            ".": {},
            "f:name": {},
            "f:image": {},
            "f:args": {},
            "f:ports": { 'k:{"containerPort":80,"protocol":"TCP"}': { ".": {}, "f:containerPort": {} } },
          },
        },
      },
    },
  },
};

function live(change: (object: { [key: string]: never }) => void = () => undefined): KubernetesObject {
  const object = structuredClone({
    ...wanted,
    metadata: {
      ...wanted.metadata,
      uid: "1",
      resourceVersion: "7",
      generation: 1,
      annotations: { "deployment.kubernetes.io/revision": "1" },
      managedFields: [
        { manager: "app-manager", operation: "Apply", apiVersion: "apps/v1", fieldsV1: fields },
        {
          manager: "kube-controller-manager",
          operation: "Update",
          apiVersion: "apps/v1",
          fieldsV1: { "f:metadata": { "f:annotations": { "f:deployment.kubernetes.io/revision": {} } } },
        },
      ],
    },
    status: { replicas: 1 },
  });
  const container = (object as never as { spec: { template: { spec: { containers: object[] } } } }).spec
    .template.spec.containers[0] as { ports: object[]; imagePullPolicy: string };
  container.imagePullPolicy = "Always";
  container.ports = [{ containerPort: 80, protocol: "TCP" }];
  change(object as never);
  return object as never as KubernetesObject;
}

interface Loose {
  metadata: {
    labels: Record<string, string>;
    deletionTimestamp?: string;
    managedFields: { manager: string; operation: string; fieldsV1: typeof fields }[];
  };
  spec: { replicas?: number; template: { spec: { containers: Record<string, unknown>[] } } };
}
const changed = (change: (object: Loose) => void) => live(change as never);
const own = (object: Loose) =>
  object.metadata.managedFields[0] as { operation: string; fieldsV1: typeof fields };

describe("an applied object", () => {
  test("is held with the server's defaults and another controller's fields beside ours", () => {
    expect(isHeld(wanted, live())).toBe(true);
  });

  test.each<[string, KubernetesObject]>([
    ["a value was changed", changed((object) => Object.assign(object.spec, { replicas: 3 }))],
    ["a label was changed", changed((object) => Object.assign(object.metadata.labels, { app: "other" }))],
    [
      "somebody took a field over",
      changed((object) => Reflect.deleteProperty(own(object).fieldsV1["f:spec"], "f:replicas")),
    ],
    [
      "we still own a field that is not wanted any more",
      changed((object) => Object.assign(own(object).fieldsV1["f:spec"], { "f:paused": {} })),
    ],
    [
      "we own an item of a list that is not wanted any more",
      changed((object) => {
        const containers = own(object).fieldsV1["f:spec"]["f:template"]["f:spec"]["f:containers"];
        Object.assign(containers, { 'k:{"name":"old"}': { ".": {}, "f:name": {} } });
        object.spec.template.spec.containers.push({ name: "old" });
      }),
    ],
    [
      "an item's value was changed",
      changed((object) => Object.assign(object.spec.template.spec.containers[0] ?? {}, { image: "nginx:2" })),
    ],
    ["the managed fields are gone", changed((object) => object.metadata.managedFields.splice(0))],
    ["it was written, not applied", changed((object) => Object.assign(own(object), { operation: "Update" }))],
    [
      "it is being deleted",
      changed((object) => Object.assign(object.metadata, { deletionTimestamp: "2026-01-01T00:00:00Z" })),
    ],
  ])("is not held when %s", (_, object) => {
    expect(isHeld(wanted, object)).toBe(false);
  });

  test.each<[string, (object: KubernetesObject) => unknown]>([
    ["another label is wanted", ({ metadata }) => Object.assign(metadata.labels ?? {}, { tier: "web" })],
    ["another field is wanted", ({ spec }) => Object.assign(spec as object, { paused: true })],
    ["a field is not wanted any more", ({ spec }) => Reflect.deleteProperty(spec as object, "replicas")],
    [
      "another order of an atomic list is wanted",
      ({ spec }) =>
        (spec as Loose["spec"]).template.spec.containers.map(({ args }) => (args as string[]).reverse()),
    ],
    [
      "another container is wanted",
      ({ spec }) => (spec as Loose["spec"]).template.spec.containers.push({ name: "more" }),
    ],
  ])("is not held when %s", (_, change) => {
    const next = structuredClone(wanted);
    change(next);
    expect(isHeld(next, live())).toBe(false);
  });

  test("shows by its own fields when somebody takes one, and not when others keep theirs", () => {
    const before = ownFields(live());
    expect(ownFields(changed((object) => object.metadata.managedFields.splice(1)))).toBe(before);
    expect(
      ownFields(changed((object) => Reflect.deleteProperty(own(object).fieldsV1["f:spec"], "f:replicas"))),
    ).not.toBe(before);
  });
});

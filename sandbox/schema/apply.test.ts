import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FieldSet } from "./fieldset.ts";
import {
  ApplyError,
  applyDefaults,
  conflictStatus,
  prune,
  Schemas,
  serverSideApply,
  strategicMerge,
  trackUpdate,
} from "./index.ts";
import type { JsonObject } from "./types.ts";

const schemas = new Schemas(
  JSON.parse(readFileSync(new URL("../kubernetes/schemas.json", import.meta.url), "utf8")),
);
const kind = (group: string, name: string) => {
  const schema = schemas.builtin({ group, version: "v1", kind: name });
  if (!schema) throw new Error(`no schema for ${name}`);
  return schema;
};
const configMap = kind("", "ConfigMap");
const deployment = kind("apps", "Deployment");
const NOW = "2026-01-01T00:00:00Z";

function config(data: JsonObject): JsonObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "cm" }, data };
}

function apply(live: JsonObject | undefined, data: JsonObject, manager: string, force = false) {
  return serverSideApply({
    schema: configMap,
    live,
    applied: config(data),
    manager,
    force,
    subresource: "",
    now: NOW,
  });
}

const owners = (object: JsonObject) =>
  Object.fromEntries(
    ((object.metadata as JsonObject).managedFields as JsonObject[]).map((entry) => [
      entry.manager,
      FieldSet.parse(entry.fieldsV1).paths(),
    ]),
  );

describe("server-side apply", () => {
  it("takes away what its manager no longer applies, unless another manager owns it", () => {
    const first = apply(undefined, { a: "1", b: "2" }, "one").object;
    const shared = apply(first, { b: "2" }, "two").object;
    const { object } = apply(shared, { c: "3" }, "one");
    expect(object.data).toEqual({ b: "2", c: "3" });
    expect(owners(object)).toEqual({ one: [".data.c"], two: [".data.b"] });
  });

  it("reports every field that another manager owns with another value, and changes nothing", () => {
    const first = apply(undefined, { a: "1", b: "2" }, "one").object;
    const { object, conflicts } = apply(first, { a: "9", b: "9" }, "two");
    expect(object).toBe(first);
    expect(conflictStatus(conflicts).message).toBe(
      'Apply failed with 2 conflicts: conflicts with "one":\n- .data.a\n- .data.b',
    );
  });

  it("takes the fields over when forced", () => {
    const first = apply(undefined, { a: "1", b: "2" }, "one").object;
    const { object } = apply(first, { a: "9" }, "two", true);
    expect(owners(object)).toEqual({ one: [".data.b"], two: [".data.a"] });
  });

  it("holds an object without books against before-first-apply", () => {
    const live = config({ a: "1" });
    const { conflicts } = apply(live, { a: "2" }, "one");
    expect(conflictStatus(conflicts).message).toBe(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a',
    );
  });

  it("keeps the time of an apply that changes nothing", () => {
    const first = apply(undefined, { a: "1" }, "one").object;
    const again = serverSideApply({
      schema: configMap,
      live: first,
      applied: config({ a: "1" }),
      manager: "one",
      force: false,
      subresource: "",
      now: "2027-01-01T00:00:00Z",
    });
    expect(again.object).toEqual(first);
  });

  it.each<[string, JsonObject, string]>([
    ["unknown field", { foo: 1 }, ".spec.foo: field not declared in schema"],
    [
      "list key given twice",
      { template: { spec: { containers: [{ name: "c", env: [{ name: "A" }, { name: "A" }] }] } } },
      '.spec.template.spec.containers[name="c"].env: duplicate entries for key [name="A"]',
    ],
    [
      "value of another type",
      { replicas: "1" },
      ".spec.replicas: expected numeric (int or float), got string",
    ],
  ])("refuses a manifest with an %s", (_what, spec, why) => {
    const applied = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "d", namespace: "n" },
      spec,
    };
    expect(() =>
      serverSideApply({
        schema: deployment,
        live: undefined,
        applied,
        manager: "m",
        force: false,
        subresource: "",
        now: NOW,
      }),
    ).toThrow(new ApplyError(`failed to create typed patch object (n/d; apps/v1, Kind=Deployment): ${why}`));
  });
});

describe("books of updates", () => {
  it("moves what an update changes to its manager, and forgets what it removes", () => {
    const first = apply(undefined, { a: "1", b: "2", c: "3" }, "one").object;
    const after = { ...first, data: { a: "1", b: "9" } };
    const object = trackUpdate({
      schema: configMap,
      before: first,
      after,
      manager: "kubectl",
      subresource: "",
      now: NOW,
    });
    expect(owners(object)).toEqual({ one: [".data.a"], kubectl: [".data.b"] });
  });

  it("is emptied by a list with one empty entry", () => {
    const first = apply(undefined, { a: "1" }, "one").object;
    const after = { ...first, metadata: { ...(first.metadata as JsonObject), managedFields: [{}] } };
    const object = trackUpdate({
      schema: configMap,
      before: first,
      after,
      manager: "x",
      subresource: "",
      now: NOW,
    });
    expect((object.metadata as JsonObject).managedFields).toBeUndefined();
  });
});

describe("strategic merge", () => {
  const pod = (containers: unknown[]) => ({ spec: { template: { spec: { containers } } } }) as JsonObject;
  const names = (object: JsonObject) =>
    (
      ((object.spec as JsonObject).template as JsonObject).spec as { containers: { name: string }[] }
    ).containers.map((c) => c.name);
  const live = pod([
    { name: "a", image: "1" },
    { name: "b", image: "2" },
  ]);

  it("merges list entries by their key and follows the order it is given", () => {
    const patch = pod([{ name: "b", image: "3" }]);
    const spec = ((patch.spec as JsonObject).template as JsonObject).spec as JsonObject;
    spec["$setElementOrder/containers"] = [{ name: "b" }, { name: "a" }];
    const merged = strategicMerge(deployment, live, patch);
    expect(names(merged)).toEqual(["b", "a"]);
    expect(merged).toMatchObject(
      pod([
        { name: "b", image: "3" },
        { name: "a", image: "1" },
      ]),
    );
  });

  it("deletes an entry, replaces a list, and refuses an entry without its key", () => {
    expect(names(strategicMerge(deployment, live, pod([{ name: "a", $patch: "delete" }])))).toEqual(["b"]);
    expect(names(strategicMerge(deployment, live, pod([{ $patch: "replace" }, { name: "z" }])))).toEqual([
      "z",
    ]);
    expect(() => strategicMerge(deployment, live, pod([{ image: "x" }]))).toThrow(
      "map: map[image:x] does not contain declared merge key: name",
    );
  });
});

describe("reading built-in kinds", () => {
  const read = (spec: JsonObject) =>
    applyDefaults(
      deployment,
      prune(deployment, { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d" }, spec }),
    );

  it("defaults, canonicalises quantities and drops what Go would not write", () => {
    const container = {
      name: "c",
      image: "x:1",
      tty: false,
      args: [],
      resources: { limits: { cpu: "0.5", memory: "1024Mi" } },
    };
    expect(read({ template: { spec: { containers: [container], hostNetwork: false } } }).spec).toMatchObject({
      replicas: 1,
      template: {
        spec: {
          containers: [
            {
              name: "c",
              image: "x:1",
              imagePullPolicy: "IfNotPresent",
              resources: { limits: { cpu: "500m", memory: "1Gi" } },
              terminationMessagePath: "/dev/termination-log",
              terminationMessagePolicy: "File",
            },
          ],
          dnsPolicy: "ClusterFirst",
          restartPolicy: "Always",
        },
      },
    });
  });

  it("names the Go field that cannot hold a value", () => {
    expect(() =>
      read({ template: { spec: { containers: [{ name: "c", env: [{ name: "A", value: 1 }] }] } } }),
    ).toThrow(
      'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string',
    );
  });
});

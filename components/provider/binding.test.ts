import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse, parseDocument } from "yaml";
import {
  type FormSchema,
  fillTemplate,
  formPathOf,
  leavesOf,
  nameUses,
  rangeOf,
  readForm,
  renameIn,
  withDefaults,
  writeForm,
} from "./binding.ts";
import { parseErrorPath, parsePath } from "./path.ts";

const root = new URL("../../providers/postgres/", import.meta.url);
const kind = parse(readFileSync(new URL("app.yaml", root), "utf8")).spec.provider.instances[0];
const leaves = leavesOf(kind.form as FormSchema);

const expression = (name: string) => ["$", "{{ ", name, " }}"].join("");

const minimal = `apiVersion: acid.zalan.do/v1
kind: postgresql
metadata:
  name: acid-minimal-cluster # the operator wants the team first
spec:
  teamId: "acid"
  volume:
    size: 1Gi
  numberOfInstances: 3
  users:
    # database owner
    zalando:
    - superuser
    - createdb
    test_user: []
  databases:
    test: test
  preparedDatabases:
    bar: {}
  postgresql:
    version: "14"
  # not in the form
  patroni:
    ttl: 30
`;

describe("paths", () => {
  test.each([
    ["spec.volume.size", ["spec", "volume", "size"]],
    ['metadata.labels["a.b/c"]', ["metadata", "labels", "a.b/c"]],
    ["spec.componentSpecs[0].replicas", ["spec", "componentSpecs", 0, "replicas"]],
  ])("%s is read", (text, steps) => {
    expect(parsePath(text)).toEqual(steps);
  });

  test("what is no path is refused with its place", () => {
    expect(() => parsePath("spec..size")).toThrow(/character 5/);
  });

  test.each([
    ["spec.users[zalando][0]", ["spec", "users", "zalando", 0]],
    ["/spec/volume/size", ["spec", "volume", "size"]],
    ["spec.template.containers[2].name", ["spec", "template", "containers", 2, "name"]],
  ])("the API server's %s is understood", (text, steps) => {
    expect(parseErrorPath(text)).toEqual(steps);
  });
});

describe("the minimal cluster of Zalando's examples", () => {
  const data = readForm(leaves, parse(minimal));

  test("is shown in the form with its types", () => {
    expect(data).toMatchObject({
      name: "acid-minimal-cluster",
      teamId: "acid",
      version: "14",
      instances: 3,
      size: "1Gi",
      users: { zalando: ["superuser", "createdb"], test_user: [] },
      databases: { test: "test" },
      preparedDatabases: { bar: {} },
    });
  });

  test("survives form → YAML → form unchanged, to the byte", () => {
    const document = parseDocument(minimal);
    writeForm(leaves, document, data, structuredClone(data));
    expect(document.toString({ lineWidth: 0, indentSeq: false })).toBe(minimal);
    expect(readForm(leaves, document.toJS())).toEqual(data);
  });

  test("written from the form alone it is the same object", () => {
    const document = parseDocument("apiVersion: acid.zalan.do/v1\nkind: postgresql\n");
    writeForm(leaves, document, {}, data);
    const written = parse(document.toString());
    const { patroni: _, ...spec } = parse(minimal).spec;
    expect(written).toEqual({ ...parse(minimal), spec });
    expect(document.toString()).toContain('version: "14"');
  });

  test("a change in the form touches its own line only", () => {
    const document = parseDocument(minimal);
    writeForm(leaves, document, data, { ...data, instances: 2 });
    const text = document.toString({ lineWidth: 0, indentSeq: false });
    expect(text).toBe(minimal.replace("numberOfInstances: 3", "numberOfInstances: 2"));
  });

  test("a user more, a flag less, a user gone: neighbours keep their comments", () => {
    const document = parseDocument(minimal);
    const users = { zalando: ["superuser"], app: ["login"] };
    writeForm(leaves, document, data, { ...data, users });
    const text = document.toString();
    expect(parse(text).spec.users).toEqual(users);
    expect(text).toContain("# database owner");
    expect(text).toContain("# not in the form");
  });

  test("an emptied field leaves the YAML", () => {
    const document = parseDocument(minimal);
    writeForm(leaves, document, data, { ...data, preparedDatabases: undefined });
    expect(document.toJS().spec).not.toHaveProperty("preparedDatabases");
  });

  test("a version stays text when the YAML had it unquoted", () => {
    const document = parseDocument(minimal.replace('"14"', "14"));
    const before = readForm(leaves, document.toJS());
    expect(before.version).toBe(14);
    writeForm(leaves, document, before, { ...before, version: "15" });
    expect(parse(document.toString()).spec.postgresql.version).toBe("15");
  });
});

describe("the template", () => {
  test("takes name and namespace and no structure from them", () => {
    const text = fillTemplate(`name: ${expression("name")}\nnamespace: ${expression("namespace")}\n`, {
      name: "a: {b",
      namespace: "ns-1",
    });
    expect(parse(text)).toEqual({ name: "a: {b", namespace: "ns-1" });
  });

  test("defaults fill what it leaves open", () => {
    const object = parse(fillTemplate(kind.template, { name: "shop", namespace: "ns-a" }));
    const data = withDefaults(leaves, readForm(leaves, object));
    expect(data).toMatchObject({ name: "shop", version: "17", teamId: "acid", instances: 1 });
  });

  test("scalars that repeat the name follow it until somebody edits them", () => {
    const name = expression("name");
    const template = `metadata:
  name: ${name}
  labels:
    app: kb-${name}
    own: ${name}
list:
  - ${name}
`;
    const uses = nameUses(template);
    const document = parseDocument(fillTemplate(template, { name: "one", namespace: "ns" }));
    document.setIn(["metadata", "labels", "own"], "mine");
    renameIn(document, uses, "one", "two", "ns");
    expect(document.toJS()).toEqual({
      metadata: { name: "one", labels: { app: "kb-two", own: "mine" } },
      list: ["two"],
    });
  });
});

describe("errors of the cluster", () => {
  test("are shown at the field that holds them", () => {
    expect(formPathOf(leaves, "spec.volume.size")).toEqual(["size"]);
    expect(formPathOf(leaves, "spec.users[zalando][0]")).toEqual(["users", "zalando", "0"]);
    expect(formPathOf(leaves, "spec.patroni.ttl")).toBeUndefined();
  });

  test("mark their line in the YAML, or the parent's when the field is missing", () => {
    const document = parseDocument(minimal);
    const line = (field: string) => {
      const range = rangeOf(document, field);
      return minimal.slice(0, range?.from).split("\n").length;
    };
    expect(line("spec.volume.size")).toBe(8);
    expect(line("spec.volume.storageClass")).toBe(8);
  });
});

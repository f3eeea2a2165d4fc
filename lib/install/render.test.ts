import { describe, expect, it } from "vitest";
import { renderSources } from "./render.ts";
import { fileTypes } from "./testing/file-types.ts";

const types = fileTypes();
const scope = {
  SEALOS_NAMESPACE: "ns-a",
  defaults: { name: "web" },
  inputs: {
    n: "3",
    port: "8080",
    flag: "false",
    text: "a: b",
    bad: "not a number",
    name: "Bad Name",
    empty: "",
  },
};

async function render(text: string, more: Record<string, unknown> = {}) {
  const source = { path: "app.yaml", text, line: 1 };
  return renderSources([source], { ...scope, ...more }, "ns-a", types, "seed");
}

async function one(text: string): Promise<Record<string, unknown>> {
  return (await render(text)).objects[0]?.object ?? {};
}

const deployment = (spec: string, container = "") => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  ${spec}
  template:
    spec:
      containers:
        - name: c
          ${container}
`;
const container = async (text: string) => {
  const { spec } = (await one(deployment("", text))) as {
    spec: { template: { spec: { containers: Record<string, unknown>[] } } };
  };
  return spec.template.spec.containers[0];
};

describe("a scalar gets the type that the kind's schema asks for", () => {
  it.each([
    ["env: [{ name: A, value: 8080 }]", { env: [{ name: "A", value: "8080" }] }],
    ["env: [{ name: A, value: 1.10 }]", { env: [{ name: "A", value: "1.10" }] }],
    ["env: [{ name: A, value: 0644 }]", { env: [{ name: "A", value: "0644" }] }],
    ["env: [{ name: A, value: true }]", { env: [{ name: "A", value: "true" }] }],
    ["env: [{ name: A, value: yes }]", { env: [{ name: "A", value: "yes" }] }],
    ["env: [{ name: A, value: ['x', 1] }]", { env: [{ name: "A", value: '["x",1]' }] }],
    ["env: [{ name: A, value: }]", { env: [{ name: "A" }] }],
    ["env: [{ name: A, value: '${{ inputs.port }}' }]", { env: [{ name: "A", value: "8080" }] }],
    ["env: [{ name: A, value: ${{ inputs.port }} }]", { env: [{ name: "A", value: "8080" }] }],
    ["ports: [{ containerPort: ${{ inputs.port }} }]", { ports: [{ containerPort: 8080 }] }],
    ["ports: [{ containerPort: '8080' }]", { ports: [{ containerPort: 8080 }] }],
    ["tty: ${{ inputs.flag }}", { tty: false }],
    [
      "resources: { limits: { cpu: 0.50, memory: ${{ inputs.n }}Gi } }",
      { resources: { limits: { cpu: "0.50", memory: "3Gi" } } },
    ],
    [
      "livenessProbe: { httpGet: { port: '${{ inputs.port }}' } }",
      { livenessProbe: { httpGet: { port: 8080 } } },
    ],
    ["livenessProbe: { httpGet: { port: http } }", { livenessProbe: { httpGet: { port: "http" } } }],
    ["args: [1, true, --x]", { args: ["1", "true", "--x"] }],
  ])("%s", async (text, expected) => {
    expect(await container(text)).toMatchObject(expected);
  });

  it("numbers from inputs become numbers", async () => {
    expect(await one(deployment("replicas: ${{ inputs.n }}"))).toMatchObject({ spec: { replicas: 3 } });
  });

  it("a kind without schema gets numbers and booleans only from unquoted expressions", async () => {
    const text =
      "apiVersion: x.example/v1\nkind: X\nmetadata: {name: a}\nspec: {n: ${{ inputs.n }}, s: '${{ inputs.n }}', t: ${{ inputs.text }}, v: 14}";
    expect(await one(text)).toMatchObject({ spec: { n: 3, s: "3", t: "a: b", v: 14 } });
  });

  it("keys without value in a map of texts are empty text, in a field they are nothing", async () => {
    const object = await one(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: }\ndata: {A: , B: 1}",
    );
    expect(object).toMatchObject({ metadata: { name: "a", namespace: "ns-a" }, data: { A: "", B: "1" } });
  });
});

describe("careless manifests are mended, and the plan says so", () => {
  it.each([
    [deployment("serviceName: x"), "unknown-field", "spec.serviceName"],
    [deployment("replicas: 1\n  replicas: 2"), "duplicate-key", "spec.replicas"],
    [deployment("", "env: [{name: A, value: a}, {name: A, value: b}]"), "duplicate-item", "has A twice"],
    [deployment("", "env: [{name: A, value: {b: c}}]"), "structure-as-text", '{"b":"c"}'],
    [deployment("", "env: [{name: A, value: '${{ inputs.nope }}'}]"), "undeclared-value", "inputs.nope"],
  ])("%#: a warning with object, file and line", async (text, code, message) => {
    const { notices } = await render(text);
    expect(notices).toEqual([
      {
        level: "warning",
        code,
        reason: code,
        message: expect.stringContaining(message),
        object: { apiVersion: "apps/v1", kind: "Deployment", name: "web", namespace: "ns-a" },
        params: expect.objectContaining({ file: "app.yaml", line: expect.any(Number) }),
      },
    ]);
  });

  it("of two entries with one key the last wins, defaults of the key included", async () => {
    const ports =
      "ports: [{containerPort: 1, name: a}, {containerPort: 1, protocol: TCP, name: b}, {containerPort: 1, protocol: UDP}]";
    expect(await container(ports)).toMatchObject({
      ports: [
        { containerPort: 1, protocol: "TCP", name: "b" },
        { containerPort: 1, protocol: "UDP" },
      ],
    });
    expect(await one(deployment("replicas: 1\n  replicas: 2"))).toMatchObject({ spec: { replicas: 2 } });
  });

  it("what only a server writes is left out", async () => {
    const object = await one(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, uid: x, resourceVersion: 1, creationTimestamp: null}\nstatus: {a: 1}",
    );
    expect(object).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a", namespace: "ns-a" },
    });
  });

  it("lists, merge keys and aliases are unfolded", async () => {
    const { objects } = await render(
      "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: &d {x: 1}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: {<<: *d, y: 2}}\n",
    );
    expect(objects.map(({ object, line }) => [object.metadata.name, object.data, line])).toEqual([
      ["a", { x: "1" }, 4],
      ["b", { x: "1", y: "2" }, 5],
    ]);
  });
});

describe("a manifest is refused with file, line and way out when", () => {
  it.each([
    [
      "a number is none",
      deployment("replicas: ${{ inputs.bad }}"),
      "manifest-refused",
      'app.yaml:5: spec.replicas takes a whole number; ${{ inputs.bad }} gives "not a number"; change the input bad.',
    ],
    [
      "a name is none",
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${{ inputs.name }}",
      "manifest-refused",
      "app.yaml:4: metadata.name takes",
    ],
    [
      "a label is none",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {x: '${{ inputs.text }}'}}",
      "manifest-refused",
      "the label x takes",
    ],
    [
      "the kind comes from an expression",
      "apiVersion: v1\nkind: ${{ inputs.text }}\nmetadata: {name: a}",
      "manifest-refused",
      "kind must be written out",
    ],
    ["it is not YAML", "a: 1\nb: [", "image-invalid", "app.yaml:2: this is not YAML"],
    [
      "it has no kind",
      "apiVersion: v1\nmetadata: {name: a}",
      "image-invalid",
      "app.yaml:1: the manifest has no kind",
    ],
    [
      "it has no name",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '${{ inputs.empty }}'}",
      "manifest-refused",
      "app.yaml:3: metadata.name takes",
    ],
    ["it is only text", "hello", "image-invalid", "app.yaml:1: a manifest must be a mapping"],
    [
      "it is there twice",
      "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: a}",
      "image-invalid",
      'app.yaml:5: Secret "a" is there already, at app.yaml:1',
    ],
    [
      "an expression throws",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: ${{ inputs.a.b }}",
      "expression-failed",
      "app.yaml:5: the expression ${{ inputs.a.b }} failed",
    ],
    [
      "an expression gives structure",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: ${{ inputs }}",
      "expression-failed",
      "not a single value",
    ],
    [
      "an expression fills a mapping",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: ${{ inputs.text }}",
      "manifest-refused",
      'data takes a mapping; ${{ inputs.text }} gives "a: b"; change the input text',
    ],
  ])("%s", async (_, text, code, message) => {
    const error = await render(text).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it("the input that is to blame is named as a field", async () => {
    const error = await render(deployment("replicas: ${{ inputs.bad }}")).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ fields: [{ field: "bad" }] });
  });

  it("it has more than 500 objects", async () => {
    const many = Array.from(
      { length: 501 },
      (_, n) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a${n}}`,
    );
    await expect(render(many.join("\n---\n"))).rejects.toThrow("more than 500 objects");
  });
});

it("an expression in a branch that is not taken may fail", async () => {
  const text =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  ${{ if(inputs.flag) }}\n  x: ${{ nope() }}\n  ${{ else() }}\n  x: fine\n  ${{ endif() }}\n";
  expect(await one(text)).toMatchObject({ data: { x: "fine" } });
});

it("quotes in an expression may be escaped as YAML wants them, or not", async () => {
  const text =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: '${{ inputs.n === ''3'' ? ''yes'' : ''no'' }}'\n  b: \"${{ inputs.n === \\\"3\\\" }}\"\n  c: '${{ inputs.empty === '' }}'\n";
  expect(await one(text)).toMatchObject({ data: { a: "yes", b: "true", c: "true" } });
});

it("blocks cut across lists, and random text is the same at each render", async () => {
  const text = deployment(
    "replicas: 1",
    "env:\n            - name: A\n              value: ${{ random(8) }}\n            ${{ if(inputs.n === '3') }}\n            - name: B\n              value: ${{ random(8) }}\n            ${{ endif() }}",
  );
  const [first, second] = [await render(text), await render(text)];
  expect(second).toEqual(first);
  const [a, b] = (JSON.stringify(first).match(/"value":"[a-z]{8}"/g) ?? []) as string[];
  expect(a).toBeDefined();
  expect(b).not.toBe(a);
});

it("a kind that the image brings itself is known by its definition", async () => {
  const { objects } = await render(`apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: peerings.x.example }
spec:
  group: x.example
  scope: Cluster
  names: { kind: Peering, plural: peerings }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { port: { type: string } } } } }
---
apiVersion: x.example/v1
kind: Peering
metadata: { name: all }
spec: { port: 80 }
`);
  expect(objects[1]).toMatchObject({ namespaced: false, object: { spec: { port: "80" } } });
  expect(objects[1]?.object.metadata).toEqual({ name: "all" });
});

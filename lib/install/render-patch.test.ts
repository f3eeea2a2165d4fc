import { describe, expect, test } from "vitest";
import { renderPatch } from "./render.ts";
import type { FieldSchema, TypeSource } from "./render-types.ts";

const root: FieldSchema = {
  type: "object",
  properties: {
    metadata: {
      type: "object",
      properties: { annotations: { type: "object", additionalProperties: { type: "string" } } },
    },
    spec: {
      type: "object",
      properties: {
        version: { type: "string" },
        replicas: { type: "integer" },
        paused: { type: "boolean" },
        note: { type: "string" },
        free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      },
    },
  },
};
const types: TypeSource = {
  schema: async () => ({ root, resolve: (node) => node }),
  find: async () => ({ namespaced: true }),
};
const patch = (text: string, inputs: Record<string, string> = {}) =>
  renderPatch(
    { path: "actions/test.yaml", text, line: 1 },
    { apiVersion: "v1", kind: "Thing" },
    { inputs },
    types,
  );
const note = `spec:
  note: \${{ inputs.x }}
`;

describe("a patch", () => {
  test.each([
    ['say "yes"'],
    ["it's"],
    ["one\ntwo: three\n  replicas: 9"],
    ["$(reboot)"],
    ["{}"],
    ["{replicas: 9}"],
    ["[1, 2]"],
    ["&a *a"],
    ["# not a comment"],
    ["a\n---\nkind: Other"],
    [`\${{ inputs.x }}`],
    ["null"],
  ])("takes %j as the text of the field and as nothing else", async (x) => {
    expect(await patch(note, { x })).toEqual({ spec: { note: x } });
  });

  test("stays text where the schema says nothing", async () => {
    expect(await patch(`spec: { free: { x: \${{ inputs.x }} } }`, { x: "{a: b}" })).toEqual({
      spec: { free: { x: "{a: b}" } },
    });
  });

  test("gets the type that the target's schema asks for", async () => {
    const text = `spec:\n  version: \${{ inputs.n }}\n  replicas: \${{ inputs.n }}\n  paused: \${{ inputs.b }}\n`;
    expect(await patch(text, { n: "16", b: "true" })).toEqual({
      spec: { version: "16", replicas: 16, paused: true },
    });
  });

  test("is refused, naming the input, where the value cannot have that type", async () => {
    await expect(patch(`spec: { replicas: \${{ inputs.n }} }`, { n: "{}" })).rejects.toMatchObject({
      name: "ProblemError",
      code: "manifest-refused",
      fields: [{ field: "n" }],
    });
  });

  test("removes with null and keeps directives", async () => {
    expect(
      await patch("metadata: { annotations: { old: null } }\nspec: { $patch: replace, note: null }"),
    ).toEqual({
      metadata: { annotations: { old: null } },
      spec: { $patch: "replace", note: null },
    });
  });

  test("is refused rather than shortened when it names a field that the kind has not", async () => {
    await expect(patch("spec: { unheard: 1 }")).rejects.toMatchObject({ code: "image-invalid" });
  });

  test("may be a list of operations", async () => {
    const text = `- { op: replace, path: /spec/note, value: "\${{ inputs.x }}" }`;
    expect(await patch(text, { x: '"}, {op: remove' })).toEqual([
      { op: "replace", path: "/spec/note", value: '"}, {op: remove' },
    ]);
  });
});

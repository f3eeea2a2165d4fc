import { getDefaultFormState } from "@rjsf/utils";
import { expect, test } from "vitest";
import { type FormSchema, leavesOf, nameUses } from "./binding.ts";
import { formErrors, fromForm, fromText, marksOf, objectOf } from "./manifest.ts";
import { formSchema } from "./schema.ts";
import { formValidator } from "./validator.ts";

const schema: FormSchema = {
  type: "object",
  required: ["name"],
  properties: {
    name: { type: "string", "x-path": "metadata.name", "x-i18n": { zh: { title: "名称" } } },
    size: { type: "string", default: "1Gi", "x-path": "spec.volume.size" },
    users: {
      type: "object",
      additionalProperties: { type: "array", items: { type: "string" } },
      "x-path": "spec.users",
    },
    prepared: {
      type: "object",
      additionalProperties: {
        type: "object",
        properties: { defaultUsers: { type: "boolean", default: false } },
        additionalProperties: true,
      },
      "x-path": "spec.preparedDatabases",
    },
  },
};
const leaves = leavesOf(schema);
const text = "metadata:\n  name: a\nspec:\n  users:\n    app: []\n  preparedDatabases:\n    bar: {}\n";

test("a text that cannot be read keeps the form as it was and says where", () => {
  const before = fromText(text, leaves);
  const broken = fromText(`${text}  :\n- x`, leaves, before.data);
  expect(broken.faults.length).toBeGreaterThan(0);
  expect(broken.data).toEqual(before.data);
  expect(objectOf(broken)).toBeUndefined();
});

test.each(["", "just text", "- a list", "a: 1\n---\nb: 2\n"])("%j is no manifest", (each) => {
  expect(fromText(each, leaves).faults).toHaveLength(1);
});

test("aliases that unfold without end are refused", () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x]"];
  for (let n = 1; n < 9; n++)
    lines.push(
      `a${n}: &a${n} [${Array(8)
        .fill(`*a${n - 1}`)
        .join(", ")}]`,
    );
  expect(fromText(lines.join("\n"), leaves).faults).toHaveLength(1);
});

test("the form library adds nothing by itself: empty lists and objects stay empty", () => {
  const { data } = fromText(text, leaves);
  const shown = getDefaultFormState(formValidator, formSchema(schema, "en"), data, undefined, false, {
    arrayMinItems: { populate: "never" },
    emptyObjectFields: "skipDefaults",
    allOf: "skipDefaults",
    constAsDefaults: "never",
  });
  expect(shown).toEqual({ name: "a", users: { app: [] }, prepared: { bar: {} } });
  expect(fromForm(fromText(text, leaves), leaves, shown as never).text).toBe(text);
});

test("lists keep the indentation that they had", () => {
  const flush = "metadata:\n  name: a\nspec:\n  users:\n    app:\n    - x\n";
  const after = fromForm(fromText(flush, leaves), leaves, { name: "b", users: { app: ["x"] } });
  expect(after.text).toBe(flush.replace("name: a", "name: b"));
});

test("a changed name is followed by what the template derived from it", () => {
  const name = ["$", "{{ name }}"].join("");
  const uses = nameUses(`metadata:\n  name: ${name}\n  labels:\n    app: x-${name}\n`);
  const before = fromText("metadata:\n  name: a\n  labels:\n    app: x-a\n", leaves);
  const after = fromForm(before, leaves, { name: "b" }, { uses, namespace: "ns" });
  expect(after.text).toBe("metadata:\n  name: b\n  labels:\n    app: x-b\n");
});

test("the cluster's errors are at the field and in the line, or apart when no field shows them", () => {
  const errors = [
    { field: "spec.users", message: "too many" },
    { field: "spec.other", message: "unknown" },
  ];
  expect(formErrors(leaves, errors)).toEqual({
    placed: [{ path: ["users"], message: "too many" }],
    rest: [errors[1]],
  });
  expect(marksOf(text, errors)[0]?.from).toBe(text.indexOf("app: []"));
});

test("titles come in the reader's language, defaults stay out of the form", () => {
  const zh = formSchema(schema, "zh");
  expect(zh.properties?.name).toMatchObject({ title: "名称" });
  expect(zh.properties?.size).not.toHaveProperty("default");
});

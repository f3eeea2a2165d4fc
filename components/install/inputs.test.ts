import { expect, test } from "vitest";
import type { InputDeclaration } from "@/lib/model/resources";
import { faultsOf, initialValues, shownInputs, toSend } from "./inputs";

const inputs: InputDeclaration[] = [
  { name: "domain", type: "string", default: ["$", "{{ random(8) }}"].join("") },
  { name: "mail", type: "boolean" },
  { name: "host", type: "string", if: "inputs.mail === 'true'", required: true },
  { name: "port", type: "number", default: "25", if: "inputs.mail === 'true'" },
  { name: "password", type: "string", required: true, secret: true },
  { name: "size", type: "choice", options: ["small", "large"], default: "small" },
];

test("starts from the defaults, not from expressions", () => {
  expect(initialValues(inputs)).toEqual({ mail: "false", port: "25", size: "small" });
  expect(initialValues(inputs, { size: "large" })).toMatchObject({ size: "large" });
});

test("shows required inputs first, and conditional ones once their condition holds", () => {
  const names = (values: Record<string, string>) => {
    const { required, optional } = shownInputs(inputs, values);
    return [required.map((each) => each.name), optional.map((each) => each.name)];
  };
  expect(names({ mail: "false" })).toEqual([["password"], ["domain", "mail", "size"]]);
  expect(names({ mail: "true" })).toEqual([
    ["host", "password"],
    ["domain", "mail", "port", "size"],
  ]);
});

test("names what is missing or of the wrong type, but not for hidden inputs or kept secrets", () => {
  expect(faultsOf(inputs, { mail: "false", port: "x" })).toEqual({ password: "missing" });
  expect(faultsOf(inputs, { mail: "true", port: "x", size: "huge" }, new Set(["password"]))).toEqual({
    host: "missing",
    port: "number",
    size: "option",
  });
});

test("sends secrets apart and hidden inputs not at all", () => {
  expect(toSend(inputs, { mail: "false", host: "h", password: "p", size: "" })).toEqual({
    inputs: { mail: "false" },
    secretInputs: { password: "p" },
  });
});

import { describe, expect, test } from "vitest";
import type { Action } from "../model/image.ts";
import { ProblemError } from "../model/problem.ts";
import { checkConditions, fittedInputs, objections } from "./fit.ts";

const object = {
  apiVersion: "example.com/v1",
  kind: "Thing",
  metadata: { name: "shop" },
  spec: { size: "10Gi", version: "2", note: 'say "${{ 1 }}" \n' },
};

describe("inputs of an action on an instance", () => {
  test("hold what the instance has now, and what it has not is left out", async () => {
    const [size, other, plain] = await fittedInputs(
      [
        {
          name: "size",
          type: "string",
          default: "${{ object.spec.size }}",
          above: "${{ object.spec.size }}",
        },
        { name: "other", type: "string", default: "${{ object.spec.gone ?? '' }}" },
        { name: "plain", type: "string", default: "as it is" },
      ],
      object,
    );
    expect(size).toMatchObject({ default: "10Gi", above: "10Gi" });
    expect(other).toEqual({ name: "other", type: "string" });
    expect(plain).toMatchObject({ default: "as it is" });
  });

  test("offer the options that the instance allows, whatever is written in them", async () => {
    const options = ["1", "2", "3", 'a"b', "`${x}`"];
    const [version] = await fittedInputs(
      [
        {
          name: "version",
          type: "choice",
          options,
          only: "!(Number(option) <= Number(object.spec.version))",
        },
      ],
      object,
    );
    expect(version?.options).toEqual(["3", 'a"b', "`${x}`"]);
    expect(version).not.toHaveProperty("only");
  });

  test("fail with the expression that cannot be worked out", async () => {
    const broken = fittedInputs([{ name: "x", type: "string", default: "${{ object.gone.field }}" }], object);
    await expect(broken).rejects.toMatchObject({ code: "expression-failed" });
  });
});

describe("conditions of an action", () => {
  const action = (checks: Action["checks"]): Action => ({
    name: "grow",
    inputs: [{ name: "size", type: "string" }],
    ...(checks ? { checks } : {}),
  });
  const held = (checks: Action["checks"], inputs: Record<string, string>) =>
    checkConditions(action(checks), inputs, object).catch((error: unknown) => error);

  test("say in both languages which does not hold, the first of them, and at its field", async () => {
    const error = await held(
      [
        { that: "INSTANCE === 'shop'", message: "never said" },
        {
          that: "quantity(inputs.size) > quantity(object.spec.size)",
          message: "${{ INSTANCE }} has ${{ object.spec.size }}",
          i18n: { zh: { message: "${{ INSTANCE }} 已有 ${{ object.spec.size }}" } },
          input: "size",
        },
        { that: "false", message: "too late" },
      ],
      { size: "9Gi" },
    );
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      code: "input-invalid",
      message: "shop has 10Gi",
      params: { text: "shop has 10Gi", "text-zh": "shop 已有 10Gi" },
      fields: [{ field: "size", message: "shop has 10Gi" }],
    });
  });

  test("hold where they do, and see inputs that are not given as empty text", async () => {
    expect(await held(undefined, {})).toBeUndefined();
    expect(await held([{ that: "inputs.size === ''", message: "given" }], {})).toBeUndefined();
  });

  test.each(["'); throw 1; ('", "${{ object }}", "1Gi) || (1", "\\"])(
    "take the input %j as text and as nothing else",
    async (size) => {
      const check = { that: "/^[0-9]+Gi$/.test(inputs.size)", message: "write ${{ inputs.size }} anew" };
      expect(await held([check], { size })).toMatchObject({ message: `write ${size} anew` });
    },
  );

  test("that never end are given up", async () => {
    const endless = [{ that: "(() => { for (;;); })()", message: "never" }];
    expect(await held(endless, {})).toMatchObject({ code: "expression-failed" });
  });
});

describe("actions that make no sense for an instance as it is", () => {
  const against = (checks: NonNullable<Action["checks"]>, left = {}) =>
    objections([{ name: "fine" }, { name: "asked", checks }], object, left);

  test("say why in both languages, the first condition that does not hold", async () => {
    const checks = [
      { that: "INSTANCE === 'shop'", message: "never said" },
      {
        that: "object.spec.version === '3'",
        message: "${{ INSTANCE }} is at ${{ object.spec.version }}",
        i18n: { zh: { message: "${{ INSTANCE }} 的版本是 ${{ object.spec.version }}" } },
      },
      { that: "(LEFT.pods ?? 1) > 0", message: "too late: ${{ object.gone.field }}" },
    ];
    const message = "shop is at 2";
    expect(await against(checks, { pods: 0 })).toEqual([
      undefined,
      { message, reason: "action-check", params: { text: message, "text-zh": "shop 的版本是 2" } },
    ]);
  });

  test.each([
    ["an input decides", { that: "inputs.size !== ''", message: "write a size" }],
    ["an input is meant", { that: "LEFT.pods > 0", message: "none left", input: "size" }],
    ["the instance has not what it speaks of", { that: "object.gone.field", message: "gone" }],
    ["its sentence cannot be worked out", { that: "LEFT.pods > 0", message: "${{ object.gone.field }}" }],
    ["it never ends", { that: "(() => { for (;;); })()", message: "never" }],
  ])("are offered all the same where %s", async (_, check) => {
    expect(await against([check], { pods: 0 })).toEqual([undefined, undefined]);
  });
});

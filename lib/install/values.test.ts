import { describe, expect, it } from "vitest";
import { readImage } from "../images/index.ts";
import { ProblemError } from "../model/problem.ts";
import { drawValues, resolveValues, SEED, validateInputs, validateKept } from "./values.ts";

const content = readImage(
  new Map([
    [
      "app.yaml",
      Buffer.from(`apiVersion: app.sealos.io/v1
kind: Template
metadata: { name: demo }
spec:
  title: Demo
  defaults:
    url: { value: "https://\${{ defaults.host }}.\${{ SEALOS_CLOUD_DOMAIN }}" }
    host: { value: "demo-\${{ random(8) }}" }
    greeting: { value: "hello \${{ inputs.who }}, \${{ random(4) }}" }
    shout: { value: "\${{ defaults.greeting.toUpperCase() }}" }
  inputs:
    who: { type: string, required: true }
    replicas: { type: number, default: 2 }
    mail: { type: boolean, default: "false" }
    server: { type: string, required: true, if: "inputs.mail === 'true'" }
    size: { type: choice, options: [small, large], default: small }
    space: { type: string, default: "\${{ SEALOS_NAMESPACE }}-\${{ random(4) }}", required: true }
`),
    ],
  ]),
);
const context = {
  namespace: "ns-a",
  cloudDomain: "example.com",
  cloudPort: "",
  certSecretName: "cert",
  serviceAccount: "app",
};
const problem = async (inputs: Record<string, string>) => {
  const error = await validateInputs(content, inputs).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ProblemError);
  return error as ProblemError;
};

describe("inputs", () => {
  it("get their plain defaults and stay text", async () => {
    expect(await validateInputs(content, { who: "Ann" })).toEqual({
      who: "Ann",
      replicas: "2",
      mail: "false",
      size: "small",
    });
  });

  it("that are missing are named, all of them, but not those that are hidden", async () => {
    const missing = await problem({ mail: "true" });
    expect(missing.code).toBe("input-missing");
    expect(missing.fields.map(({ field }) => field)).toEqual(["who", "server"]);
    expect((await problem({})).fields.map(({ field }) => field)).toEqual(["who"]);
  });

  it.each([
    [{ replicas: "two" }, "replicas", "not a number"],
    [{ mail: "yes" }, "mail", "neither true nor false"],
    [{ size: "huge" }, "size", "small, large"],
    [{ typo: "x" }, "typo", "no such input"],
    [{ who: "\ud800" }, "who", "not text"],
    [{ who: "a\0" }, "who", "not text"],
    [{ who: "x".repeat(70_000) }, "who", "at most 64 KiB"],
  ])("that are wrong are refused with their field: %o", async (wrong, field, message) => {
    const { code, fields } = await problem({ who: "Ann", ...wrong });
    expect(code).toBe("input-invalid");
    expect(fields).toMatchObject([{ field, message: expect.stringContaining(message) }]);
  });
});

describe("inputs that are too large together", () => {
  const image = {
    ...content,
    inputs: ["a", "b", "c", "d", "e"].map((name) => ({ name, type: "string" as const, required: false })),
  };

  it("are refused with how large they are, at the longest", async () => {
    const fitting = { a: "x".repeat(65_536), b: "包".repeat(65_535) };
    expect(await validateInputs(image, fitting)).toEqual(fitting);
    await expect(validateInputs(image, { ...fitting, c: "1234" })).rejects.toMatchObject({
      code: "input-invalid",
      fields: [{ field: "b", reason: "inputs-large", params: { size: 257, limit: 256 } }],
    });
  });

  it("are taken where they were accepted before there was a limit", async () => {
    const large = { a: "x".repeat(300_000) };
    expect(await validateKept(image, large)).toEqual(large);
  });
});

describe("drawn values", () => {
  it("are kept: the same values render the same, whatever is drawn anew", async () => {
    const values = await drawValues(content, context);
    expect(values[SEED]).toMatch(/^[0-9a-f]{64}$/);
    expect(values.host).toMatch(/^demo-[a-z]{8}$/);
    expect(values.url).toBe(`https://${values.host}.example.com`);
    const resolve = () => resolveValues(content, { who: "Ann" }, values, context);
    expect(await resolve()).toEqual(await resolve());
  });

  it("differ between installations", async () => {
    const [first, second] = await Promise.all([drawValues(content, context), drawValues(content, context)]);
    expect(first.host).not.toBe(second.host);
  });

  it("that depend on inputs follow them, and keep their random part", async () => {
    const values = await drawValues(content, context);
    const ann = await resolveValues(content, { who: "Ann" }, values, context);
    const bob = await resolveValues(content, { who: "Bob" }, values, context);
    expect(values.greeting).toBeUndefined();
    expect(ann.defaults.greeting).toMatch(/^hello Ann, [a-z]{4}$/);
    expect(bob.defaults.greeting).toBe(ann.defaults.greeting?.replace("Ann", "Bob"));
    expect(bob.defaults.shout).toBe(bob.defaults.greeting?.toUpperCase());
    expect(ann.inputs.space).toMatch(/^ns-a-[a-z]{4}$/);
  });

  it("stay when a newer image declares others, and only the new ones are added", async () => {
    const kept = { [SEED]: "ab", host: "demo-old" };
    const values = await drawValues(content, context, undefined, kept);
    expect(values).toMatchObject({ ...kept, url: "https://demo-old.example.com" });
  });

  it("that refer to each other in a circle are refused", async () => {
    const circle = {
      ...content,
      defaults: {
        a: { type: "string" as const, value: "${{ defaults.b }}" },
        b: { type: "string" as const, value: "${{ defaults.a }}" },
      },
    };
    await expect(drawValues(circle, context)).rejects.toThrow("defaults.a → defaults.b → defaults.a");
  });

  it("whose expression fails name the value and the expression", async () => {
    const broken = { ...content, defaults: { a: { type: "string" as const, value: "${{ nope() }}" } } };
    const error = await drawValues(broken, context).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: "expression-failed",
      message: expect.stringContaining("defaults.a:1"),
    });
  });
});

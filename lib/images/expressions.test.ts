import { describe, expect, it } from "vitest";
import { ExpressionError, Expressions } from "./expressions.ts";
import { workingFor } from "./turns.ts";

const scope = {
  defaults: { app_name: "affine-x" },
  inputs: { replicas: "3", enabled: "false", "with space": "a" },
  SEALOS_NAMESPACE: "ns-a",
};
const expressions = await Expressions.create();
const evaluate = (text: string) => expressions.evaluate(text, scope, { file: "app.yaml", line: 7 });

describe("expressions", () => {
  it.each([
    ["defaults.app_name + '-pg'", "affine-x-pg"],
    ["inputs['with space']", "a"],
    ["inputs.enabled === 'true' ? '1' : '0'", "0"],
    ["Number(inputs.replicas) + 1", 4],
    ["base64('héllo')", "aMOpbGxv"],
    ["SEALOS_NAMESPACE.replace(/^ns-/, '')", "a"],
    ["inputs.replicas > 2 && defaults.app_name.length < 20", true],
    ["inputs.missing", undefined],
    ["null", undefined],
    ["`${{a: 1}.a}`", "1"],
  ])("evaluate %s", async (text, expected) => {
    expect(await evaluate(text)).toBe(expected);
  });

  it("expand every expression in a text", async () => {
    const text = await expressions.expand("http://${{ name }}.${{ 'a}}b' }}.svc", { name: "db" });
    expect(text).toBe("http://db.a}}b.svc");
  });

  it("draw the same letters for the same seed and place, and others elsewhere", async () => {
    const draw = async (seed: string, occurrence: number) => {
      const part = { text: "random(16)", file: "a.yaml", line: 1, occurrence };
      const [outcome] = await expressions.evaluateAll([{ parts: [part] }], {}, seed);
      return outcome && "value" in outcome ? outcome.value : undefined;
    };
    const first = await draw("seed", 0);
    expect(first).toMatch(/^[a-z]{16}$/);
    expect(await draw("seed", 0)).toBe(first);
    expect(await draw("seed", 1)).not.toBe(first);
    expect(await draw("other", 0)).not.toBe(first);
  });

  it("draw two different values within one expression", async () => {
    const part = { text: "random(20) === random(20)", file: "a.yaml", line: 1, occurrence: 0 };
    expect(await expressions.evaluateAll([{ parts: [part] }], {}, "seed")).toEqual([{ value: false }]);
  });
});

describe("an expression that misbehaves is refused with file, line and its own text", () => {
  it.each([
    ["inputs.a.b", "cannot read property"],
    ["(() => { throw 'no' })()", "it threw no"],
    ["nowhere", "not defined"],
    ["inputs", "an object or a list"],
    ["() => 1", "a function"],
    ["1 +", "SyntaxError"],
    ["(() => { while (true); })()", "endless loop"],
    ["(() => { try { while (true); } catch { return 1 } })()", "endless loop"],
    ["(() => { throw { get message() { while (true); } } })()", "it threw"],
    ["/(a+)+$/.test('a'.repeat(40) + 'b')", "endless loop"],
    ["(function f() { return f() })()", "stack"],
    ["'x'.repeat(1e9)", "too much memory"],
    ["new ArrayBuffer(1e9)", "too much memory"],
    ["(() => { let s = 'x'; for (;;) s += s; })()", "too much memory"],
    ["Array(1e8).fill(0).length", "too much memory"],
    ["'x'.repeat(2e6)", "longer than 1 MiB"],
    ["random(8)", "cannot be drawn"],
    ["new Date().getTime()", "'Date' is not defined"],
  ])("%s", async (text, reason) => {
    const error = await evaluate(text).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ExpressionError);
    expect((error as Error).message).toContain("app.yaml:7: ");
    expect((error as Error).message).toContain(text);
    expect((error as Error).message).toContain(reason);
  });

  it("when the interpreter itself cannot be interrupted, its thread is ended and the next render works", async () => {
    await expect(evaluate("[].indexOf.call({ length: 2 ** 53 - 1 }, 1)")).rejects.toThrow("endless loop");
    expect(await evaluate("1 + 1")).toBe(2);
  });
});

describe("the interpreter's walls", () => {
  it.each([
    "typeof process",
    "typeof require",
    "typeof fetch",
    "typeof setTimeout",
    "typeof Deno",
    "globalThis.constructor.constructor('return typeof process')()",
    "random.constructor('return typeof process')()",
    "base64.constructor.constructor('return typeof globalThis.process')()",
    "(function* () {}).constructor('return 1') && typeof process",
  ])("%s finds nothing of Node", async (text) => {
    expect(await evaluate(text)).toBe("undefined");
  });

  it("what one call does to its interpreter is gone in the next", async () => {
    await evaluate("Object.prototype.polluted = (String.prototype.trim = () => 'x')() ");
    expect(await evaluate("typeof ({}).polluted + ' a '.trim()")).toBe("undefineda");
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("an image cannot spend more than the whole render's budget", async () => {
    const greedy = await Expressions.create({ itemMs: 100, totalMs: 150 });
    const part = { text: "(() => { while (true); })()", file: "a", line: 1, occurrence: 0 };
    const outcomes = await greedy.evaluateAll(
      Array.from({ length: 20 }, () => ({ parts: [part] })),
      {},
    );
    expect(outcomes.at(-1)).toMatchObject({
      error: { message: expect.stringContaining("all expressions together") },
    });
  });

  it("an image cannot fill the server's memory with what its expressions give", async () => {
    const part = { text: "'x'.repeat(1e6)", file: "a", line: 1, occurrence: 0 };
    // Time is not what is tried here, and a busy machine takes its own.
    const patient = await Expressions.create({ itemMs: 1_000, totalMs: 20_000 });
    const outcomes = await patient.evaluateAll(
      Array.from({ length: 10 }, () => ({ parts: [part] })),
      {},
    );
    expect(outcomes[0]).toHaveProperty("value");
    expect(outcomes.at(-1)).toMatchObject({ error: { message: expect.stringContaining("more than 4 MiB") } });
  });

  it("requests at the same time do not see each other's scope", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => expressions.evaluate("n * 2", { n })));
    expect(all).toEqual(Array.from({ length: 20 }, (_, n) => n * 2));
  });
});

describe("expressions of several callers", () => {
  it("do not wait for one whose expressions take long, however many they are", async () => {
    const ended: string[] = [];
    const endless = { text: "(() => { while (true); })()", file: "a.yaml", line: 1, occurrence: 0 };
    const tasks = Array.from({ length: 30 }, () => ({ parts: [endless] }));
    const slow = [1, 2, 3, 4].map((round) =>
      workingFor("slow", () => expressions.evaluateAll(tasks, {})).then(() => ended.push(`slow ${round}`)),
    );
    const quick = ["one", "two", "three"].map((who) =>
      workingFor(who, () => expressions.expand("${{ 1 + 1 }}", {})).then(() => ended.push(who)),
    );
    await Promise.all(quick);
    // On a busy machine the one that was begun may have ended.
    expect(ended.filter((each) => /^slow [234]/.test(each))).toEqual([]);
    await Promise.all(slow);
  }, 60_000);
});

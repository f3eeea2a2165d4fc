import {
  newQuickJSWASMModule,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSWASMModule,
} from "quickjs-emscripten";
import { isCronSchedule } from "../model/cron.ts";
import { parseQuantity } from "../model/quantity.ts";
import type { Item, ItemResult, Request, Value } from "./expression-protocol.ts";
import { fraction, letters } from "./random.ts";

const LONGEST_RANDOM = 4096;
const LONGEST_RESULT = 1024 * 1024;
/** Characters that all items of a request may give together. */
const ALL_RESULTS = 4 * 1024 * 1024;
const STACK_BYTES = 256 * 1024;

let loaded: Promise<QuickJSWASMModule> | undefined;

/**
 * Evaluates a request's items in order, in an interpreter of their own: QuickJS compiled to WebAssembly, which knows
 * no file, no network, no clock and none of Node. After an item that failed the interpreter is thrown away, so what
 * it did to it cannot reach the next.
 */
export async function interpret(request: Request, onItem: (index: number) => void): Promise<ItemResult[]> {
  const scope: Record<string, unknown> = structuredClone(request.scope);
  const results: ItemResult[] = [];
  const end = cpuMs() + request.limits.totalMs;
  let machine: Machine | undefined;
  let given = 0;
  for (const [index, item] of request.items.entries()) {
    onItem(index);
    if (cpuMs() > end) {
      results.push({ error: "all expressions together took too long", part: firstExpression(item) });
      continue;
    }
    machine ??= await Machine.start(request, scope);
    let result = machine.run(item, Math.min(cpuMs() + request.limits.itemMs, end));
    if ("value" in result && typeof result.value === "string") given += result.value.length;
    if (given > ALL_RESULTS) {
      result = {
        error: "all expressions together give more than 4 MiB of text",
        part: firstExpression(item),
      };
    }
    results.push(result);
    if ("error" in result) {
      machine.stop();
      machine = undefined;
    } else if (item.assign) {
      const [object, name] = item.assign;
      const text = result.value === undefined ? "" : String(result.value);
      scope[object] = { ...(scope[object] as object | undefined), [name]: text };
      machine.setGlobal(object, scope[object]);
    }
  }
  machine?.stop();
  return results;
}

/** Milliseconds of processor time of this thread: a busy machine must not fail an innocent expression. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function firstExpression(item: Item): number {
  return Math.max(
    0,
    item.parts.findIndex((part) => typeof part !== "string"),
  );
}

class Machine {
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #escape: QuickJSHandle;
  #deadline = Number.POSITIVE_INFINITY;
  #draw = "";
  #draws = 0;

  static async start(request: Request, scope: Record<string, unknown>): Promise<Machine> {
    loaded ??= newQuickJSWASMModule();
    return new Machine(await loaded, request, scope);
  }

  private constructor(module: QuickJSWASMModule, request: Request, scope: Record<string, unknown>) {
    this.#runtime = module.newRuntime();
    this.#runtime.setMemoryLimit(request.limits.memoryBytes);
    this.#runtime.setMaxStackSize(STACK_BYTES);
    this.#runtime.setInterruptHandler(() => cpuMs() > this.#deadline);
    this.#context = this.#runtime.newContext({
      intrinsics: {
        BaseObjects: true,
        Eval: true,
        StringNormalize: true,
        RegExp: true,
        JSON: true,
        MapSet: true,
        TypedArrays: true,
        BigInt: true,
      },
    });
    this.#escape = this.#context.unwrapResult(this.#context.evalCode(ESCAPE));
    for (const [name, value] of Object.entries(scope)) this.setGlobal(name, value);
    this.#defineFunctions(request.seed);
  }

  setGlobal(name: string, value: unknown): void {
    const context = this.#context;
    using text = context.newString(JSON.stringify(value ?? null));
    using json = context.getProp(context.global, "JSON");
    using parsed = context.unwrapResult(context.callMethod(json, "parse", [text]));
    context.setProp(context.global, name, parsed);
  }

  run(item: Item, deadline: number): ItemResult {
    this.#deadline = deadline;
    let whole: Value;
    let joined = "";
    for (const [index, part] of item.parts.entries()) {
      if (typeof part === "string") {
        joined += part;
        continue;
      }
      this.#draw = part.draw;
      this.#draws = 0;
      const result = this.#evaluate(part.code);
      if ("error" in result) return { error: result.error, part: index };
      if (item.parts.length === 1) whole = result.value;
      else if (result.value === undefined) return { error: NOTHING, part: index };
      else joined += String(result.value);
    }
    const alone = item.parts.length === 1 && typeof item.parts[0] !== "string";
    return { value: alone ? whole : joined };
  }

  stop(): void {
    try {
      this.#escape.dispose();
      this.#context.dispose();
      this.#runtime.dispose();
    } catch {
      // An interpreter that ran out of memory half-way cannot always be taken apart; begin with a new one.
      loaded = undefined;
    }
  }

  #evaluate(code: string): { value: Value } | { error: string } {
    try {
      const result = this.#context.evalCode(`(${code}\n)`, "expression");
      if (result.error) {
        using error = result.error;
        return { error: this.#explain(error) };
      }
      using value = result.value;
      return this.#read(value);
    } catch (error) {
      loaded = undefined;
      return { error: `the interpreter gave up (${error instanceof Error ? error.message : String(error)})` };
    }
  }

  #read(handle: QuickJSHandle): { value: Value } | { error: string } {
    const context = this.#context;
    const type = context.typeof(handle);
    if (type === "string") {
      using length = context.getProp(handle, "length");
      if (context.getNumber(length) > LONGEST_RESULT) {
        return { error: "its result is longer than 1 MiB" };
      }
      return this.#text(handle);
    }
    if (type === "number") return { value: context.getNumber(handle) };
    if (type === "boolean") return { value: context.dump(handle) === true };
    if (type === "bigint") return { value: String(context.getBigInt(handle)) };
    if (type === "undefined" || context.sameValue(handle, context.null)) return { value: undefined };
    return {
      error: `it gave ${type === "object" ? "an object or a list" : `a ${type}`}, not a single value`,
    };
  }

  /** The text code unit by code unit: crossing over as UTF-8 would lose NUL, a leading BOM and lone surrogates. */
  #text(handle: QuickJSHandle): { value: Value } | { error: string } {
    const context = this.#context;
    const result = context.callFunction(this.#escape, context.undefined, handle);
    if (result.error) {
      using error = result.error;
      return { error: this.#explain(error) };
    }
    using escaped = result.value;
    const value: unknown = JSON.parse(context.getString(escaped));
    return typeof value === "string" ? { value } : { error: "it gave a text that cannot be read" };
  }

  /** The thrown thing in one line; reading it runs the image's code again, under the same deadline. */
  #explain(thrown: QuickJSHandle): string {
    const context = this.#context;
    if (cpuMs() > this.#deadline) return "it ran too long (an endless loop?)";
    if (context.typeof(thrown) !== "object") return `it threw ${String(context.dump(thrown)).slice(0, 300)}`;
    using name = context.getProp(thrown, "name");
    using message = context.getProp(thrown, "message");
    const text = (handle: QuickJSHandle) =>
      context.typeof(handle) === "string" ? context.getString(handle).slice(0, 300) : "";
    const said = text(message);
    if (said === "interrupted") return "it ran too long (an endless loop?)";
    if (/^(out of memory|string too long)$/.test(said) || context.sameValue(thrown, context.null))
      return "it used too much memory";
    return [text(name), said].filter(Boolean).join(": ") || "it threw an object";
  }

  #defineFunctions(seed: string | undefined): void {
    const context = this.#context;
    const place = () => `${this.#draw}\n${this.#draws++}`;
    const seeded = (): string => {
      if (seed === undefined) throw new Error("random values cannot be drawn here");
      return seed;
    };
    using random = context.newFunction("random", (length) => {
      const count = length ? context.getNumber(length) : Number.NaN;
      if (!Number.isInteger(count) || count < 1 || count > LONGEST_RANDOM) {
        throw new Error(`random(n) takes a whole number from 1 to ${LONGEST_RANDOM}`);
      }
      return context.newString(letters(seeded(), place(), count));
    });
    using base64 = context.newFunction("base64", (text) => {
      return context.newString(Buffer.from(text ? context.getString(text) : "").toString("base64"));
    });
    using quantity = context.newFunction("quantity", (text) => {
      return context.newNumber(parseQuantity(text ? context.getString(text) : "") ?? Number.NaN);
    });
    using cron = context.newFunction("cron", (text) =>
      isCronSchedule(text ? context.getString(text) : "") ? context.true : context.false,
    );
    using mathRandom = context.newFunction("random", () => context.newNumber(fraction(seeded(), place())));
    using math = context.getProp(context.global, "Math");
    context.setProp(context.global, "random", random);
    context.setProp(context.global, "base64", base64);
    context.setProp(context.global, "quantity", quantity);
    context.setProp(context.global, "cron", cron);
    context.setProp(math, "random", mathRandom);
  }
}

/** A text as JSON in ASCII. */
const ESCAPE = `(({ stringify }) => (text) => stringify(text).replace(/[^ -~]/g,
  (unit) => "\\\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0")))(JSON)`;

const NOTHING = "it gave nothing (is the name declared?)";

import { isIP } from "node:net";
import type { Environment } from "@marcbachmann/cel-js";
import {
  addQuantities,
  compareQuantities,
  isQuantity,
  parseQuantity,
  type Quantity,
  subtractQuantities,
  wholeUnits,
} from "./quantity.ts";

/** CEL's `Quantity`. */
class CelQuantity {
  readonly quantity: Quantity;
  constructor(quantity: Quantity) {
    this.quantity = quantity;
  }
}

/** CEL's `URL`. */
class CelURL {
  readonly url: URL;
  readonly absolute: boolean;
  constructor(text: string) {
    this.absolute = !text.startsWith("/");
    this.url = new URL(text, "http://none.invalid");
  }
}

const isURL = (text: string) =>
  text.startsWith("/") || (/^[a-z][a-z0-9+.-]*:/i.test(text) && URL.canParse(text));
const quantity = (text: string) => new CelQuantity(parseQuantity(text));

function isCIDR(text: string): boolean {
  const [address = "", bits = "", more] = text.split("/");
  const family = isIP(address);
  return (
    family !== 0 && more === undefined && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
  );
}

type Ordered = bigint | number | string | boolean | Date;
const list = (value: Iterable<unknown>) => [...value] as Ordered[];

function sum(values: Iterable<unknown>): bigint | number {
  const all = [...values];
  if (all.every((v) => typeof v === "bigint")) return all.reduce((a: bigint, b) => a + b, 0n);
  return all.reduce((a: number, b) => a + Number(b), 0);
}

function best(values: Iterable<unknown>, better: (a: Ordered, b: Ordered) => boolean): Ordered {
  const [first, ...rest] = list(values);
  if (first === undefined) throw new Error("min/max called on empty list");
  return rest.reduce((a, b) => (better(b, a) ? b : a), first);
}

function regexp(pattern: string): RegExp {
  return new RegExp(pattern, "gu");
}

/**
 * Adds what Kubernetes adds to CEL and rules in practice use: quantities, URLs, addresses, and more of lists and text.
 * https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-cel-libraries
 */
export function addLibrary(environment: Environment): Environment {
  environment.registerType("kubernetes.Quantity", { ctor: CelQuantity, fields: {} });
  environment.registerType("kubernetes.URL", { ctor: CelURL, fields: {} });
  const add = (signature: string, handler: (...args: never[]) => unknown) =>
    environment.registerFunction(signature, handler);
  const Q = "kubernetes.Quantity";
  add(`quantity(string): ${Q}`, quantity);
  add("isQuantity(string): bool", isQuantity);
  add(
    `${Q}.isGreaterThan(${Q}): bool`,
    (a: CelQuantity, b: CelQuantity) => compareQuantities(a.quantity, b.quantity) > 0,
  );
  add(
    `${Q}.isLessThan(${Q}): bool`,
    (a: CelQuantity, b: CelQuantity) => compareQuantities(a.quantity, b.quantity) < 0,
  );
  add(`${Q}.compareTo(${Q}): int`, (a: CelQuantity, b: CelQuantity) =>
    BigInt(compareQuantities(a.quantity, b.quantity)),
  );
  add(`${Q}.sign(): int`, (a: CelQuantity) => (a.quantity.nano > 0n ? 1n : a.quantity.nano < 0n ? -1n : 0n));
  add(`${Q}.isInteger(): bool`, (a: CelQuantity) => a.quantity.nano % 1_000_000_000n === 0n);
  add(`${Q}.asInteger(): int`, (a: CelQuantity) => wholeUnits(a.quantity));
  add(`${Q}.asApproximateFloat(): double`, (a: CelQuantity) => Number(a.quantity.nano) / 1e9);
  add(
    `${Q}.add(${Q}): ${Q}`,
    (a: CelQuantity, b: CelQuantity) => new CelQuantity(addQuantities(a.quantity, b.quantity)),
  );
  add(
    `${Q}.sub(${Q}): ${Q}`,
    (a: CelQuantity, b: CelQuantity) => new CelQuantity(subtractQuantities(a.quantity, b.quantity)),
  );
  environment.registerOperator(
    `${Q} == ${Q}`,
    (a: CelQuantity, b: CelQuantity) => a.quantity.nano === b.quantity.nano,
  );
  const U = "kubernetes.URL";
  add(`url(string): ${U}`, (text: string) => {
    if (!isURL(text)) throw new Error(`URL parse error during conversion from string: ${text}`);
    return new CelURL(text);
  });
  add("isURL(string): bool", isURL);
  add(`${U}.getScheme(): string`, (u: CelURL) => (u.absolute ? u.url.protocol.slice(0, -1) : ""));
  add(`${U}.getHost(): string`, (u: CelURL) => (u.absolute ? u.url.host : ""));
  add(`${U}.getHostname(): string`, (u: CelURL) => (u.absolute ? u.url.hostname : ""));
  add(`${U}.getPort(): string`, (u: CelURL) => u.url.port);
  add(`${U}.getEscapedPath(): string`, (u: CelURL) => u.url.pathname);
  add("isIP(string): bool", (text: string) => isIP(text) !== 0);
  add("isCIDR(string): bool", isCIDR);
  add("list.isSorted(): bool", (values: Iterable<unknown>) =>
    list(values).every((value, i, all) => i === 0 || (all[i - 1] ?? value) <= value),
  );
  add("list.sum(): dyn", sum);
  add("list.min(): dyn", (values: Iterable<unknown>) => best(values, (a, b) => a < b));
  add("list.max(): dyn", (values: Iterable<unknown>) => best(values, (a, b) => a > b));
  add("list.indexOf(dyn): int", (values: Iterable<unknown>, value: Ordered) =>
    BigInt(list(values).indexOf(value)),
  );
  add("list.lastIndexOf(dyn): int", (values: Iterable<unknown>, value: Ordered) =>
    BigInt(list(values).lastIndexOf(value)),
  );
  add(
    "string.find(string): string",
    (text: string, pattern: string) => regexp(pattern).exec(text)?.[0] ?? "",
  );
  add("string.findAll(string): list<string>", (text: string, pattern: string) =>
    [...text.matchAll(regexp(pattern))].map((match) => match[0]),
  );
  add("string.replace(string, string): string", (text: string, from: string, to: string) =>
    text.replaceAll(from, () => to),
  );
  add("string.charAt(int): string", (text: string, at: bigint) => [...text][Number(at)] ?? "");
  add("string.reverse(): string", (text: string) => [...text].reverse().join(""));
  return environment;
}

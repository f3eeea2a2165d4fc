import { addQuantities, compareQuantities, parseQuantity, type Quantity } from "../schema/quantity.ts";
import { isObject, type Json, type JsonObject } from "../schema/types.ts";

export type Amounts = Map<string, Quantity>;

/** A `ResourceList` as amounts. Throws for what is no quantity. */
export function amounts(list: Json | undefined): Amounts {
  const out: Amounts = new Map();
  if (!isObject(list)) return out;
  for (const [name, value] of Object.entries(list)) {
    if (typeof value === "string" || typeof value === "number") out.set(name, parseQuantity(value));
  }
  return out;
}

export function containersOf(
  spec: JsonObject,
  field: "containers" | "initContainers" | "ephemeralContainers",
): JsonObject[] {
  const list = spec[field];
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function add(into: Amounts, from: Amounts): void {
  for (const [name, quantity] of from) {
    const known = into.get(name);
    into.set(name, known ? addQuantities(known, quantity) : quantity);
  }
}

function raise(into: Amounts, to: Amounts): void {
  for (const [name, quantity] of to) {
    const known = into.get(name);
    if (!known || compareQuantities(known, quantity) < 0) into.set(name, quantity);
  }
}

/**
 * What a pod takes: the sum of its containers and sidecars, or what the greediest init container needs at its time,
 * whichever is more; plus the overhead.
 */
export function podAmounts(spec: JsonObject, kind: "requests" | "limits"): Amounts {
  const of = (container: JsonObject) => amounts((container.resources as JsonObject | undefined)?.[kind]);
  const total: Amounts = new Map();
  for (const container of containersOf(spec, "containers")) add(total, of(container));
  const sidecars: Amounts = new Map();
  const peak: Amounts = new Map();
  for (const container of containersOf(spec, "initContainers")) {
    if (container.restartPolicy === "Always") {
      add(total, of(container));
      add(sidecars, of(container));
      raise(peak, sidecars);
      continue;
    }
    const now = of(container);
    add(now, sidecars);
    raise(peak, now);
  }
  raise(total, peak);
  raise(total, amounts((spec.resources as JsonObject | undefined)?.[kind]));
  add(total, amounts(spec.overhead));
  return total;
}

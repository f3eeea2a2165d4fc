import { valueAt } from "../install/paths.ts";
import type { MeterDeclaration } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { parseQuantity } from "../model/quantity.ts";
import { type MeterKey, meterKey, NOTHING, type Rates } from "./money.ts";

/** What no meter honestly shows; sums of more would lose their digits. */
const MOST = 1e15;
const BYTES: Record<string, number> = {
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
};

/** Under which an image's own meter has its price. */
export function keyOf({ name, unit, endpoint }: MeterDeclaration): MeterKey {
  return meterKey({ name, unit, per: endpoint?.counter ? "each" : "hour" });
}

/** What an object counts for a meter of a field or of a count; undefined while that is nothing, or no number. */
export function rateOf(object: KubernetesObject, meter: MeterDeclaration): Rates | undefined {
  const of = meter.field ?? meter.count;
  if (object.apiVersion !== of?.apiVersion || object.kind !== of.kind) return undefined;
  const number = meter.field ? parseQuantity(valueAt(object, meter.field.path)) : 1;
  return number === undefined || !isAmount(number) ? undefined : ratesOf(meter, number);
}

/** The amount of a meter in its unit. */
export function ratesOf(meter: MeterDeclaration, number: number): Rates {
  return { ...NOTHING, [keyOf(meter)]: number / (BYTES[meter.unit] ?? 1) };
}

/** Why a number cannot be what a meter shows; undefined: it can. */
export function faultOf(number: unknown): string | undefined {
  if (typeof number !== "number" || Number.isNaN(number)) return "it is no number";
  if (number < 0) return `it is negative: ${number}`;
  return isAmount(number) ? undefined : `it is too large to be true: ${number}`;
}

const isAmount = (number: number) => number >= 0 && number <= MOST;

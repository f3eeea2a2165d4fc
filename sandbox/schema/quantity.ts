/** Exact arithmetic on Kubernetes quantities: https://pkg.go.dev/k8s.io/apimachinery/pkg/api/resource#Quantity */

export const QUANTITY_SYNTAX = "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$";

export type QuantityFormat = "DecimalSI" | "BinarySI" | "DecimalExponent";

/** An amount in billionths (`nano`), which is as fine as the API server keeps it. */
export interface Quantity {
  nano: bigint;
  format: QuantityFormat;
}

const NANO = 1_000_000_000n;
const DECIMAL: [suffix: string, exponent: number][] = [
  ["E", 18],
  ["P", 15],
  ["T", 12],
  ["G", 9],
  ["M", 6],
  ["k", 3],
  ["", 0],
  ["m", -3],
  ["u", -6],
  ["n", -9],
];
const BINARY: [suffix: string, shift: bigint][] = [
  ["Ei", 60n],
  ["Pi", 50n],
  ["Ti", 40n],
  ["Gi", 30n],
  ["Mi", 20n],
  ["Ki", 10n],
];
const SYNTAX = /^([+-]?)(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;
const MAX = (2n ** 63n - 1n) * NANO;

/** True when `parseQuantity` would accept the text. */
export function isQuantity(text: string): boolean {
  return SYNTAX.test(text);
}

/**
 * Parses `500m`, `1.5Gi`, `1e3`. What is finer than a billionth is rounded up, away from zero, as the API server does.
 * Throws when the text is no quantity.
 */
export function parseQuantity(text: string | number): Quantity {
  const match = SYNTAX.exec(String(text));
  if (!match) throw new Error(`quantities must match the regular expression '${QUANTITY_SYNTAX}'`);
  const [, sign = "", digits = "0", suffix = ""] = match;
  const [whole = "0", fraction = ""] = digits.split(".");
  const mantissa = BigInt(`${whole || "0"}${fraction}`);
  let numerator = mantissa * NANO;
  let denominator = 10n ** BigInt(fraction.length);
  let format: QuantityFormat = "DecimalSI";
  const binary = BINARY.find(([name]) => name === suffix);
  if (binary) {
    format = "BinarySI";
    numerator <<= binary[1];
  } else {
    let exponent = DECIMAL.find(([name]) => name === suffix)?.[1];
    if (exponent === undefined) {
      format = "DecimalExponent";
      exponent = Number(suffix.slice(1));
    }
    if (exponent >= 0) numerator *= 10n ** BigInt(Math.min(exponent, 60));
    else denominator *= 10n ** BigInt(Math.min(-exponent, 60));
  }
  let nano = numerator / denominator;
  if (numerator % denominator !== 0n) nano += 1n;
  if (nano > MAX) nano = MAX;
  return { nano: sign === "-" ? -nano : nano, format };
}

/** The canonical text, in the format the quantity was written in: `1500m`, `1536Mi`, `15e2`. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return "0";
  const sign = nano < 0n ? "-" : "";
  const amount = nano < 0n ? -nano : nano;
  if (format === "BinarySI" && amount >= 1024n * NANO) {
    if (amount % NANO === 0n) {
      const units = amount / NANO;
      for (const [suffix, shift] of BINARY) {
        if (units % (1n << shift) === 0n && units >> shift > 0n) return `${sign}${units >> shift}${suffix}`;
      }
      return `${sign}${units}`;
    }
  }
  for (const [suffix, exponent] of DECIMAL) {
    const unit = 10n ** BigInt(exponent + 9);
    if (amount % unit !== 0n) continue;
    const count = `${sign}${amount / unit}`;
    if (format === "DecimalExponent") return exponent === 0 ? count : `${count}e${exponent}`;
    return `${count}${suffix}`;
  }
  return `${sign}${amount}n`;
}

/** `500m` for `0.5`: how the API server writes a quantity back. Throws when the text is no quantity. */
export function canonicalQuantity(text: string | number): string {
  return formatQuantity(parseQuantity(text));
}

/** The sum keeps the first one's format unless that one is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano + b.nano, format: a.nano === 0n ? b.format : a.format };
}

export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano - b.nano, format: a.nano === 0n ? b.format : a.format };
}

/** Negative, zero or positive, like `Array.sort` wants it. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  return a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0;
}

/** Whole units, rounded up: bytes, or cores. */
export function wholeUnits(quantity: Quantity): bigint {
  const { nano } = quantity;
  return nano > 0n ? (nano + NANO - 1n) / NANO : nano / NANO;
}

/** Thousandths, rounded up: millicores. */
export function milliUnits(quantity: Quantity): bigint {
  const { nano } = quantity;
  return nano > 0n ? (nano + 999_999n) / 1_000_000n : nano / 1_000_000n;
}

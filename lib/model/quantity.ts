const suffixes: Record<string, number> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A Kubernetes quantity (`500m`, `1Gi`, `2`, `1e3`) as a number in base units; undefined when it is none. */
export function parseQuantity(quantity: unknown): number | undefined {
  if (typeof quantity === "number") return quantity;
  if (typeof quantity !== "string") return undefined;
  const match = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))([eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/.exec(quantity.trim());
  if (!match) return undefined;
  const [, digits = "", suffix = ""] = match;
  if (/^[eE][+-]?\d/.test(suffix)) return Number(digits + suffix);
  const factor = suffixes[suffix];
  if (factor === undefined) return undefined;
  // Dividing is exact where multiplying by 0.001 is not: 1900m is 1.9.
  return factor < 1 ? Number(digits) / Math.round(1 / factor) : Number(digits) * factor;
}

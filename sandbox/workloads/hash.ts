import { createHash } from "node:crypto";

// The letters that Kubernetes uses for names: no vowels, nothing that looks like another.
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** JSON with sorted keys, so that equal values give equal text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value ?? null);
  const entries = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(",")}}`;
}

export function sameValue(a: unknown, b: unknown): boolean {
  return a === b || canonical(a) === canonical(b);
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A short name-safe hash, like the controllers' template hashes. */
export function nameHash(value: unknown, length = 10): string {
  const digest = createHash("sha256").update(canonical(value)).digest();
  let out = "";
  for (let index = 0; index < length; index++) out += ALPHABET[(digest[index] ?? 0) % ALPHABET.length];
  return out;
}

/** A number in [0, 1) that is always the same for the same text. */
export function steady(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0) / 2 ** 32;
}

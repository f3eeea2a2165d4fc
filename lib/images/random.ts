import { createHmac } from "node:crypto";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
/** The largest multiple of 26 below 256: bytes from here on would favour the first letters. */
const FAIR = 234;

/**
 * `length` lower-case letters, as the public template format draws them (they begin names, so no digits), from an
 * HMAC stream: the same seed and place always give the same letters, another place gives unrelated ones.
 */
export function letters(seed: string, place: string, length: number): string {
  let out = "";
  for (let block = 0; out.length < length; block++) {
    for (const byte of stream(seed, place, block)) {
      if (byte < FAIR && out.length < length) out += LETTERS[byte % LETTERS.length];
    }
  }
  return out;
}

/** A number in [0, 1) with 48 random bits, drawn in the same way. */
export function fraction(seed: string, place: string): number {
  return stream(seed, place, 0).readUIntBE(0, 6) / 2 ** 48;
}

function stream(seed: string, place: string, block: number): Buffer {
  return createHmac("sha256", seed).update(`${block}\n${place}`).digest();
}

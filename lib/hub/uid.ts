import { createHash } from "node:crypto";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** RFC 4648 base32, lower case, without padding. */
function base32(bytes: Uint8Array): string {
  let out = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += ALPHABET[(buffer >> bits) & 31];
    }
    buffer &= (1 << bits) - 1;
  }
  return bits > 0 ? out + ALPHABET[(buffer << (5 - bits)) & 31] : out;
}

/** How a person is named where the uid's origin must be known: issuer and subject, unambiguously joined. */
export function subjectOf(issuer: string, subject: string): string {
  return JSON.stringify([issuer, subject]);
}

/**
 * A DNS-safe id (RFC 1123 label, 21 characters: `u` and 100 bits of SHA-256), always the same for one issuer and
 * subject. Demo accounts keep their short names, which no digest can equal.
 */
export function uidOf(issuer: string, subject: string): string {
  if (issuer === DEMO_ISSUER) return subject;
  return `u${base32(createHash("sha256").update(subjectOf(issuer, subject)).digest()).slice(0, 20)}`;
}

export const DEMO_ISSUER = "demo";

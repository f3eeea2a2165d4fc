import { z } from "zod";

/** What a machine calls itself: shown to the person who confirms, so nothing but plain words. */
export const hostName = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][\w. -]*$/, "letters, digits, dots, hyphens and spaces");

/** As typed by a person. */
export const userCode = z
  .string()
  .max(32)
  .regex(/^[A-Za-z]{4}[- ]?[A-Za-z]{4}$/, "eight letters");

/**
 * Where a browser takes the code back to: a port of the reader's own machine, by address (RFC 8252, 7.3 and 8.3;
 * `localhost` may be made to mean another).
 */
export const loopback = z
  .string()
  .max(200)
  .regex(/^http:\/\/(127\.0\.0\.1|\[::1\]):\d{1,5}\/callback$/, "not a port of the same machine");
export const codeChallenge = z.string().regex(/^[\w-]{43}$/, "not a SHA-256 (RFC 7636)");
export const state = z.string().regex(/^[\w-]{16,128}$/, "16 to 128 characters");

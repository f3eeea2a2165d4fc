/** What can go wrong with one request. */
export type Fault =
  /** Answered by the proxy; the server never hears of it. */
  | { kind: "answer"; status: number; reason: string; message?: string; retryAfterSeconds?: number }
  /** The connection is torn before the server hears of the request. */
  | { kind: "reset" }
  /** The server carries the request out; its answer is lost, at once (`reset`) or in silence (`hang`). */
  | { kind: "lost"; how: "reset" | "hang" }
  /** The request reaches the server once this has come to pass. */
  | { kind: "delay"; until: Promise<unknown> }
  /** A watch begins and ends at once with an ERROR event: the version is too old. */
  | { kind: "expired" };

/** One request as the proxy saw it. Times are `performance.now()` of the proxy's process. */
export interface Exchange {
  /** When it arrived. */
  at: number;
  method: string;
  /** With the query. */
  path: string;
  watch: boolean;
  /** The account in whose name it was asked (Impersonate-User). */
  user?: string;
  /** When it was passed on; undefined: never. */
  forwardedAt?: number;
  /** Of the answer that was sent, or that got lost. */
  status?: number;
  fault?: Fault["kind"];
  /** When its answer was complete or its connection broke. */
  endedAt?: number;
}

export interface FaultRule {
  matches: (exchange: Exchange) => boolean;
  fault: Fault;
  /** How often; default once. */
  times?: number;
}

/** The share of requests (0 to 1) that each fault hits at random. Watches are hit when they are opened. */
export interface FaultRates {
  /** 500 InternalError. */
  error: number;
  /** 429 with Retry-After: 1. */
  busy: number;
  /** 409 Conflict, for writes. */
  conflict: number;
  /** A torn connection before the request took effect. */
  reset: number;
  /** A torn connection after the request took effect. */
  lost: number;
}

export const NO_FAULTS: FaultRates = { error: 0, busy: 0, conflict: 0, reset: 0, lost: 0 };

/** The same share for each way to fail, `rate` in all. */
export function evenly(rate: number): FaultRates {
  const each = rate / 5;
  return { error: each, busy: each, conflict: each, reset: each, lost: each };
}

/** Numbers between 0 and 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws whether this request fails, and how. Reads cannot conflict; they fail a little less often. */
export function draw(rates: FaultRates, exchange: Exchange, random: () => number): Fault | undefined {
  let number = random();
  const hit = (share: number) => {
    number -= share;
    return number < 0;
  };
  if (hit(rates.error)) return { kind: "answer", status: 500, reason: "InternalError" };
  if (hit(rates.busy))
    return { kind: "answer", status: 429, reason: "TooManyRequests", retryAfterSeconds: 1 };
  if (hit(rates.reset)) return { kind: "reset" };
  if (hit(rates.lost)) return { kind: "lost", how: "reset" };
  if (exchange.method !== "GET" && hit(rates.conflict))
    return { kind: "answer", status: 409, reason: "Conflict" };
  return undefined;
}

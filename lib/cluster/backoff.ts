/** Exponential backoff with jitter (±25 %), in milliseconds. */
export class Backoff {
  readonly #baseMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #failures = 0;

  constructor(baseMs: number, maxMs: number, random: () => number = Math.random) {
    this.#baseMs = baseMs;
    this.#maxMs = maxMs;
    this.#random = random;
  }

  get failures(): number {
    return this.#failures;
  }

  /** The wait before the next attempt; longer after each call. */
  next(): number {
    const plain = Math.min(this.#maxMs, this.#baseMs * 2 ** Math.min(this.#failures++, 30));
    return plain * (0.75 + this.#random() * 0.5);
  }

  reset(): void {
    this.#failures = 0;
  }
}

/** Counts attempts per key in a sliding minute, in memory: a limit per replica, which is enough against guessing. */
export class RateLimit {
  readonly #perMinute: number;
  readonly #now: () => number;
  readonly #attempts = new Map<string, number[]>();

  constructor(perMinute: number, now: () => number = Date.now) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** 0 when the attempt is allowed (and counted), else the seconds to wait. */
  take(key: string): number {
    const now = this.#now();
    const recent = (this.#attempts.get(key) ?? []).filter((at) => now - at < 60_000);
    const [oldest] = recent;
    if (recent.length >= this.#perMinute && oldest !== undefined) {
      this.#attempts.set(key, recent);
      return Math.max(1, Math.ceil((oldest + 60_000 - now) / 1000));
    }
    recent.push(now);
    this.#attempts.delete(key);
    this.#attempts.set(key, recent);
    if (this.#attempts.size > 10_000) this.#attempts.delete(this.#attempts.keys().next().value ?? "");
    return 0;
  }
}

/** What a wall clock may be off the monotonic one before it counts as set, in milliseconds. */
const TOLERANCE_MS = 10_000;

/**
 * The time of day by a clock that never jumps: it starts at the machine's and goes on monotonically. `jumped` says when
 * the machine's clock was set, or stood still while the machine slept, and takes the new time over.
 */
export class Clock {
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  #offset: number;

  constructor(wall = () => Date.now(), monotonic = () => performance.now()) {
    this.#wall = wall;
    this.#monotonic = monotonic;
    this.#offset = wall() - monotonic();
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#offset + this.#monotonic();
  }

  /** Where the clock was and is now, when the machine's was set by more than some seconds; then it follows. */
  jumped(): { from: number; to: number } | undefined {
    const from = this.now();
    const to = this.#wall();
    if (Math.abs(to - from) <= TOLERANCE_MS) return undefined;
    this.#offset = to - this.#monotonic();
    return { from, to };
  }
}

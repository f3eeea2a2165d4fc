import { SpokenProblem } from "./messages.ts";

/** How much of one thing each person may hold at a time, in this process: nobody takes it all. */
export class Shares {
  readonly #most: number;
  readonly #held = new Map<string, number>();
  readonly #onRefused?: () => void;

  constructor(most: number, onRefused?: () => void) {
    this.#most = most;
    this.#onRefused = onRefused;
  }

  /** Takes one and returns the way to give it back (more than once does no harm). Throws `too-many`. */
  take(uid: string): () => void {
    const held = this.#held.get(uid) ?? 0;
    if (held >= this.#most) {
      this.#onRefused?.();
      throw new SpokenProblem("too-much-at-once", { most: this.#most });
    }
    this.#held.set(uid, held + 1);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const left = (this.#held.get(uid) ?? 1) - 1;
      if (left > 0) this.#held.set(uid, left);
      else this.#held.delete(uid);
    };
  }

  /** Does the work with one of them taken. Throws `too-many`, and whatever the work throws. */
  async during<T>(uid: string, work: () => Promise<T>): Promise<T> {
    const give = this.take(uid);
    try {
      return await work();
    } finally {
      give();
    }
  }
}

import { AsyncLocalStorage } from "node:async_hooks";

const working = new AsyncLocalStorage<string>();

/** Does work of an image's for somebody, such as a workspace or a person: who waits for the interpreter takes turns by it. */
export function workingFor<T>(caller: string, work: () => T): T {
  return working.run(caller, work);
}

/** Whom work is done for; empty where nobody said. */
export function caller(): string {
  return working.getStore() ?? "";
}

/** Shares places among callers: each has one at a time, and those who wait are served in turn. */
export class Turns {
  readonly #free: number[];
  /** Whoever is first waits longest. */
  readonly #waiting = new Map<string, ((place: number) => void)[]>();
  readonly #served = new Set<string>();

  constructor(places: number) {
    this.#free = Array.from({ length: places }, (_, place) => place);
  }

  /** Does the work once it is the caller's turn, with the number of its place, from 0; the lowest that is free. */
  async run<T>(who: string, work: (place: number) => Promise<T>): Promise<T> {
    const place = await new Promise<number>((begin) => {
      const line = this.#waiting.get(who);
      if (line) line.push(begin);
      else this.#waiting.set(who, [begin]);
      this.#next();
    });
    try {
      return await work(place);
    } finally {
      this.#served.delete(who);
      // What else it wants waits behind everybody else.
      const line = this.#waiting.get(who);
      if (line && this.#waiting.delete(who)) this.#waiting.set(who, line);
      this.#free.push(place);
      this.#free.sort((a, b) => a - b);
      this.#next();
    }
  }

  #next(): void {
    for (const [who, line] of this.#waiting) {
      if (this.#served.has(who)) continue;
      const place = this.#free.shift();
      if (place === undefined) return;
      const begin = line.shift();
      if (line.length === 0) this.#waiting.delete(who);
      this.#served.add(who);
      begin?.(place);
    }
  }
}

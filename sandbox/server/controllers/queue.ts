import { setImmediate as turn } from "node:timers/promises";

/** Keys to look at again, one after another, each at most once at a time; errors bring a key back after a pause. */
export class Queue {
  readonly #work: (key: string) => void;
  readonly #waiting = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #running = false;
  #stopped = false;

  constructor(work: (key: string) => void) {
    this.#work = work;
  }

  add(key: string): void {
    if (this.#stopped) return;
    this.#waiting.add(key);
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  addAfter(key: string, milliseconds: number): void {
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.add(key);
    }, milliseconds);
    this.#timers.add(timer);
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0) {
      await turn();
      for (const key of [...this.#waiting].slice(0, 64)) {
        this.#waiting.delete(key);
        try {
          this.#work(key);
        } catch (error) {
          console.error(`sandbox: ${key}: ${(error as Error).message}`);
          this.addAfter(key, 1000);
        }
      }
    }
    this.#running = false;
  }
}

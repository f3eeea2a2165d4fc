import { ImageError, ImageUnavailable } from "../images/index.ts";
import type { HubImages } from "../sources/index.ts";

/** Images read at a time; each may be some dozen MiB. */
const READS = 2;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 30 * 60_000;

interface Wanted {
  digest: string;
  repository: string;
  failures: number;
  resolve: (texts: Record<string, string>) => void;
}

/**
 * READMEs of images that are in a registry, for the search: a few at a time, while nobody waits for them. A registry that
 * cannot be asked is asked again later, and longer and longer after that; those behind it have their turn meanwhile.
 */
export class RegistryReadmes {
  readonly #images: Pick<HubImages, "readmes">;
  readonly #waiting: Wanted[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #reading = 0;
  #stopped = false;

  constructor(images: Pick<HubImages, "readmes">) {
    this.#images = images;
  }

  /** By locale; nothing for what is no image, or is in no registry any more. Resolves when its registry answers. */
  read(digest: string, repository: string): Promise<Record<string, string>> {
    return new Promise((resolve) => {
      this.#enqueue({ digest, repository, failures: 0, resolve });
    });
  }

  /** Ends what is waiting; nothing more resolves. */
  stop(): void {
    this.#stopped = true;
    this.#waiting.length = 0;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #enqueue(wanted: Wanted): void {
    this.#waiting.push(wanted);
    if (this.#reading < READS) void this.#work();
  }

  async #work(): Promise<void> {
    this.#reading++;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) await this.#try(next);
    this.#reading--;
  }

  async #try(wanted: Wanted): Promise<void> {
    try {
      wanted.resolve(await this.#images.readmes(wanted.digest, wanted.repository));
    } catch (error) {
      // The image's page says what is wrong with it; here it is only not found by its README.
      if (error instanceof ImageError && !(error instanceof ImageUnavailable)) return wanted.resolve({});
      if (this.#stopped) return;
      const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** wanted.failures);
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#enqueue({ ...wanted, failures: wanted.failures + 1 });
      }, wait);
      timer.unref();
      this.#timers.add(timer);
    }
  }
}

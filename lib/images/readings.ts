import type { ImageContent } from "../model/image.ts";
import { ImageError } from "./error.ts";

/** Contents kept in memory, and as many errors; a content is rarely over 1 MiB. */
const MOST = 64;

export interface StoredContent {
  content: ImageContent;
  /** Bytes of all blobs. */
  size: number;
  createdAt: string;
}

/**
 * What reading images gave, by keys that always mean the same bytes: contents, and why others are none, since finding that
 * out may take as long. What was asked for longest ago is forgotten first.
 */
export class Readings {
  readonly #contents = new Map<string, StoredContent>();
  readonly #refused = new Map<string, ImageError>();
  readonly #pending = new Map<string, Promise<StoredContent>>();

  /** The content, where it is in memory. */
  get(key: string): StoredContent | undefined {
    return recall(this.#contents, key);
  }

  /**
   * The content that is known, is being read, or is read now. What `fetch` throws may be another the next time and is not
   * remembered; what `read` throws of the fetched files is.
   * @throws ImageError
   */
  async read<F>(
    key: string,
    fetch: () => Promise<F>,
    read: (fetched: F) => Promise<StoredContent>,
  ): Promise<StoredContent> {
    const known = this.get(key);
    if (known) return known;
    const refused = recall(this.#refused, key);
    if (refused) throw refused;
    const pending =
      this.#pending.get(key) ?? this.#begin(key, fetch, read).finally(() => this.#pending.delete(key));
    this.#pending.set(key, pending);
    return pending;
  }

  async #begin<F>(
    key: string,
    fetch: () => Promise<F>,
    read: (fetched: F) => Promise<StoredContent>,
  ): Promise<StoredContent> {
    const fetched = await fetch();
    try {
      const content = await read(fetched);
      keep(this.#contents, key, content);
      return content;
    } catch (error) {
      if (error instanceof ImageError) keep(this.#refused, key, error);
      throw error;
    }
  }
}

function recall<T>(kept: Map<string, T>, key: string): T | undefined {
  const value = kept.get(key);
  if (value !== undefined) keep(kept, key, value);
  return value;
}

function keep<T>(kept: Map<string, T>, key: string, value: T): void {
  kept.delete(key);
  kept.set(key, value);
  const [oldest] = kept.keys();
  if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
}

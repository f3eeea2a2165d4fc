import type { Informer, InformerEvent } from "./informer.ts";
import type { AnyObject, ApiObject } from "./types.ts";

/**
 * Some of an informer's objects, as if they were followed by a watch of their own: whoever needs a part of a kind shares
 * the one watch of that kind. An object that begins or ceases to belong is an addition or a deletion.
 */
export class Selection<T extends ApiObject = AnyObject> {
  readonly #informer: Informer<T>;
  readonly #belongs: (object: T) => boolean;

  constructor(informer: Informer<T>, belongs: (object: T) => boolean) {
    this.#informer = informer;
    this.#belongs = belongs;
  }

  get synced(): Promise<void> {
    return this.#informer.synced;
  }

  get settled(): Promise<void> {
    return this.#informer.settled;
  }

  get hasSynced(): boolean {
    return this.#informer.hasSynced;
  }

  get(namespace: string | undefined, name: string): T | undefined {
    const object = this.#informer.get(namespace, name);
    return object && this.#belongs(object) ? object : undefined;
  }

  list(namespace?: string): T[] {
    return this.#informer.list(namespace).filter(this.#belongs);
  }

  /** Calls back at each change of the selection from now on. Returns the way to stop it. */
  subscribe(subscriber: (event: InformerEvent<T>) => void): () => void {
    return this.#informer.subscribe((event) => {
      const change = this.#narrowed(event);
      if (change) subscriber(change);
    });
  }

  #narrowed(event: InformerEvent<T>): InformerEvent<T> | undefined {
    const { type, object, previous } = event;
    const is = type !== "deleted" && this.#belongs(object);
    const was = previous !== undefined && this.#belongs(previous);
    if (is && was) return event;
    if (is) return { type: "added", object };
    return was ? { type: "deleted", object, previous } : undefined;
  }
}

import type { ApiObject } from "./types.ts";

export interface Change<T> {
  type: "added" | "modified" | "deleted";
  object: T;
  previous?: T;
}

/** Objects by namespace and name. Each change it makes is returned, so that nobody has to compare. */
export class Store<T extends ApiObject> {
  readonly #namespaces = new Map<string, Map<string, T>>();

  get(namespace: string | undefined, name: string): T | undefined {
    return this.#namespaces.get(namespace ?? "")?.get(name);
  }

  list(namespace?: string): T[] {
    if (namespace !== undefined) return [...(this.#namespaces.get(namespace)?.values() ?? [])];
    return [...this.#namespaces.values()].flatMap((objects) => [...objects.values()]);
  }

  /** Undefined when this very version is stored already. */
  set(object: T): Change<T> | undefined {
    const { namespace = "", name, resourceVersion } = object.metadata;
    let objects = this.#namespaces.get(namespace);
    if (!objects) {
      objects = new Map();
      this.#namespaces.set(namespace, objects);
    }
    const previous = objects.get(name);
    if (previous && resourceVersion && previous.metadata.resourceVersion === resourceVersion)
      return undefined;
    objects.set(name, object);
    return previous ? { type: "modified", object, previous } : { type: "added", object };
  }

  /** Undefined when it is not stored. The change carries the last state when the caller knows a newer one. */
  delete(object: T): Change<T> | undefined {
    const { namespace = "", name } = object.metadata;
    const objects = this.#namespaces.get(namespace);
    const previous = objects?.get(name);
    if (!objects || !previous) return undefined;
    objects.delete(name);
    if (objects.size === 0) this.#namespaces.delete(namespace);
    return { type: "deleted", object, previous };
  }

  /**
   * Takes over a complete list and returns what differs. An object that was deleted and made again under its name in
   * between (another uid) is a deletion and an addition.
   */
  replace(objects: T[]): Change<T>[] {
    const wanted = new Map<string, T>();
    for (const object of objects)
      wanted.set(`${object.metadata.namespace ?? ""}/${object.metadata.name}`, object);
    const changes: (Change<T> | undefined)[] = [];
    for (const known of this.list()) {
      const next = wanted.get(`${known.metadata.namespace ?? ""}/${known.metadata.name}`);
      if (!next || next.metadata.uid !== known.metadata.uid) changes.push(this.delete(known));
    }
    for (const object of wanted.values()) changes.push(this.set(object));
    return changes.filter((change) => change !== undefined);
  }
}

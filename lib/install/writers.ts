import type { KubernetesObject } from "../model/kubernetes.ts";

/** An entry of `metadata.managedFields`, as far as it tells who wrote what. */
export interface Writer {
  manager: string;
  /** To the second. */
  time: string;
  operation?: string;
  subresource?: string;
  fieldsV1?: Record<string, unknown>;
}

/** Who has written an object, the last of each field manager, the newest first. */
export function writersOf({ metadata }: Pick<KubernetesObject, "metadata">): Writer[] {
  return ((metadata.managedFields ?? []) as Partial<Writer>[])
    .filter((entry): entry is Writer => typeof entry.manager === "string" && typeof entry.time === "string")
    .sort((a, b) => b.time.localeCompare(a.time));
}

/** Whether the entry owns the field, given as its keys: `["metadata", "annotations", "a/b"]`. */
export function owns({ fieldsV1 }: Writer, keys: readonly string[]): boolean {
  let fields: unknown = fieldsV1;
  for (const key of keys) {
    if (typeof fields !== "object" || fields === null) return false;
    fields = (fields as Record<string, unknown>)[`f:${key}`];
  }
  return fields !== undefined;
}

/**
 * Who last changed what is wanted: the newest that holds this field of the spec, else the newest that holds any; within a
 * second only the field tells.
 */
export function specWriterOf(object: Pick<KubernetesObject, "metadata">, field?: string): Writer | undefined {
  const writers = writersOf(object).filter((writer) => owns(writer, ["spec"]));
  return (field && writers.find((writer) => owns(writer, ["spec", field]))) || writers[0];
}

/** The fields that an entry owns as paths, at most `most` of them, those with a longer way cut at `depth` keys. */
export function ownedPaths({ fieldsV1 = {} }: Writer, most = 5, depth = 4): string[] {
  const paths = new Set<string>();
  const walk = (fields: Record<string, unknown>, path: readonly string[]): void => {
    for (const [key, below] of Object.entries(fields)) {
      if (key === "." || paths.size > most) continue;
      const here = key.startsWith("f:") ? [...path, key.slice(2)] : path;
      const deeper = typeof below === "object" && below !== null && Object.keys(below).length > 0;
      if (deeper && here.length < depth) walk(below as Record<string, unknown>, here);
      else if (here.length > 0) paths.add(here.join("."));
    }
  };
  walk(fieldsV1, []);
  return [...paths].slice(0, most);
}

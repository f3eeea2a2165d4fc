import type { Json, JsonObject, Schema } from "./types.ts";

/**
 * A set of field paths, as `metadata.managedFields[].fieldsV1` writes it: each step is `f:<field>`, `k:<keys>` (list
 * entry by its keys), `v:<value>` (set entry) or `i:<index>`.
 * https://github.com/kubernetes-sigs/structured-merge-diff/tree/master/fieldpath
 */
export class FieldSet {
  readonly members = new Set<string>();
  readonly children = new Map<string, FieldSet>();

  static parse(fields: Json | undefined): FieldSet {
    const set = new FieldSet();
    if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return set;
    for (const [step, below] of Object.entries(fields)) {
      if (step === ".") continue;
      const nested = typeof below === "object" && below !== null && !Array.isArray(below) ? below : {};
      const keys = Object.keys(nested);
      if (keys.length === 0 || Object.hasOwn(nested, ".")) set.members.add(step);
      if (keys.some((key) => key !== ".")) set.children.set(step, FieldSet.parse(nested));
    }
    return set;
  }

  toJSON(): JsonObject {
    const out: JsonObject = {};
    for (const step of [...new Set([...this.members, ...this.children.keys()])].sort()) {
      const below = this.children.get(step);
      if (!below || below.isEmpty()) {
        if (this.members.has(step)) out[step] = {};
      } else out[step] = this.members.has(step) ? { ".": {}, ...below.toJSON() } : below.toJSON();
    }
    return out;
  }

  isEmpty(): boolean {
    if (this.members.size > 0) return false;
    for (const child of this.children.values()) if (!child.isEmpty()) return false;
    return true;
  }

  /** The set below a step, made when it is missing. */
  below(step: string): FieldSet {
    let child = this.children.get(step);
    if (!child) {
      child = new FieldSet();
      this.children.set(step, child);
    }
    return child;
  }

  union(other: FieldSet): FieldSet {
    const out = new FieldSet();
    for (const set of [this, other]) {
      for (const step of set.members) out.members.add(step);
      for (const [step, child] of set.children) {
        const known = out.children.get(step);
        out.children.set(step, known ? known.union(child) : child);
      }
    }
    return out;
  }

  /** Paths of this set that the other has not; a path's presence says nothing of those below it. */
  difference(other: FieldSet): FieldSet {
    const out = new FieldSet();
    for (const step of this.members) if (!other.members.has(step)) out.members.add(step);
    for (const [step, child] of this.children) {
      const theirs = other.children.get(step);
      const rest = theirs ? child.difference(theirs) : child;
      if (!rest.isEmpty()) out.children.set(step, rest);
    }
    return out;
  }

  /** Like `difference`, but a path of the other set takes everything below it along. */
  without(other: FieldSet): FieldSet {
    const out = new FieldSet();
    for (const step of this.members) if (!other.members.has(step)) out.members.add(step);
    for (const [step, child] of this.children) {
      if (other.members.has(step)) continue;
      const theirs = other.children.get(step);
      const rest = theirs ? child.without(theirs) : child;
      if (!rest.isEmpty()) out.children.set(step, rest);
    }
    return out;
  }

  intersection(other: FieldSet): FieldSet {
    const out = new FieldSet();
    for (const step of this.members) if (other.members.has(step)) out.members.add(step);
    for (const [step, child] of this.children) {
      const theirs = other.children.get(step);
      if (!theirs) continue;
      const shared = child.intersection(theirs);
      if (!shared.isEmpty()) out.children.set(step, shared);
    }
    return out;
  }

  equals(other: FieldSet): boolean {
    return this.difference(other).isEmpty() && other.difference(this).isEmpty();
  }

  /** Adds every declared field on the way to a path, so that an emptied struct goes with its last field. */
  withNamedFields(schema: Schema | undefined): FieldSet {
    const out = new FieldSet();
    for (const step of this.members) out.members.add(step);
    for (const [step, child] of this.children) {
      const field = step.startsWith("f:") ? step.slice(2) : undefined;
      const declared = field !== undefined && schema?.properties && Object.hasOwn(schema.properties, field);
      if (declared) out.members.add(step);
      const below =
        field === undefined
          ? schema?.items
          : declared
            ? schema?.properties?.[field]
            : schema?.additionalProperties;
      out.children.set(step, child.withNamedFields(below));
    }
    return out;
  }

  /** Every path, worded as in conflicts: `.spec.containers[name="web"].image`. */
  paths(): string[] {
    const out: string[] = [];
    this.#collect("", out);
    return out.sort();
  }

  #collect(prefix: string, out: string[]): void {
    for (const step of this.members) out.push(prefix + stepText(step));
    for (const [step, child] of this.children) child.#collect(prefix + stepText(step), out);
  }
}

/** One step of a path as people read it: `.image`, `[name="web"]`, `[="a"]`, `[0]`. */
export function stepText(step: string): string {
  const body = step.slice(2);
  switch (step[0]) {
    case "f":
      return `.${body}`;
    case "v":
      return `[=${body}]`;
    case "k": {
      const keys = JSON.parse(body) as JsonObject;
      return `[${Object.entries(keys)
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .join(",")}]`;
    }
    default:
      return `[${body}]`;
  }
}

import { referenceKey, referenceOf } from "../install/references.ts";
import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";
import type { StatusUpdate } from "./subject.ts";

/**
 * What one process remembers of an owner's objects between two looks, to tell its own writes from drift. Nothing here
 * is needed to be right: without it everything is looked at again.
 */
export class Memory {
  readonly #versions = new Map<string, string | undefined>();
  /** States that the watches have not brought yet. */
  readonly #ahead = new Map<string, KubernetesObject>();
  readonly #touched = new Map<string, string>();
  /** Whether this process has begun with it. */
  looked = false;
  /** What was applied last: generation, digest and whatever else decides. Undefined: never, in this process. */
  applied: string | undefined;
  /** Resource version of the last status that this process wrote; a local copy that is older must not be used. */
  written: string | undefined;
  /** What has been done and not been said in the status yet. */
  unsaid: StatusUpdate | undefined;
  /** Texts that logs of the app's command may hold and nobody is to read. */
  hidden: readonly string[] = [];
  /** The upgrade under way, and when it began by the clock of `performance.now()`. */
  upgrade: { startedAt: string; began: number } | undefined;
  /** What was looked at for an automatic upgrade last, and when, so that it is planned once. */
  considered: { what: string; at: number } | undefined;
  /** Since when, by `performance.now()`, all that is amiss is that controllers have not seen a change yet. */
  unseenSince: number | undefined;
  /** Whether the actions at installing have been begun, or there are none. */
  installActionsBegun = false;

  /** Takes over the state of all objects after a complete pass. */
  remember(objects: readonly KubernetesObject[], applied: string): void {
    this.#versions.clear();
    this.#ahead.clear();
    for (const object of objects) {
      const key = referenceKey(referenceOf(object));
      this.#versions.set(key, object.metadata.resourceVersion);
      this.#ahead.set(key, object.kind === "Secret" ? withoutContents(object) : object);
    }
    this.applied = applied;
  }

  /** Before a complete pass: whatever changed until now will be seen by it. */
  begin(): void {
    this.#touched.clear();
  }

  /** Somebody changed an object, perhaps we ourselves; `gone` when it was deleted. */
  touch(object: KubernetesObject, gone: boolean): void {
    this.#touched.set(
      referenceKey(referenceOf(object)),
      gone ? "gone" : (object.metadata.resourceVersion ?? ""),
    );
  }

  /** Whether a change came from somebody else. */
  get drifted(): boolean {
    for (const [key, version] of this.#touched)
      if (version === "gone" || this.#versions.get(key) !== version) return true;
    return false;
  }

  /** The newer of what was written and what the watch has brought. */
  newest(reference: ObjectReference, followed: KubernetesObject | undefined): KubernetesObject | undefined {
    const key = referenceKey(reference);
    const known = this.#ahead.get(key);
    if (!known || !followed) return followed ?? known;
    if (known.metadata.uid === followed.metadata.uid && versionOf(followed) < versionOf(known)) return known;
    this.#ahead.delete(key);
    return followed;
  }
}

/** The memories of one process, by owner. */
export class Memories {
  readonly #known = new Map<string, Memory>();

  /** A new one for whom nothing is remembered of. */
  of(owner: string): Memory {
    const memory = this.#known.get(owner) ?? new Memory();
    this.#known.set(owner, memory);
    return memory;
  }

  known(owner: string): Memory | undefined {
    return this.#known.get(owner);
  }

  forget(owner: string): void {
    this.#known.delete(owner);
  }
}

function versionOf({ metadata }: KubernetesObject): number {
  return Number(metadata.resourceVersion ?? 0);
}

/** No password stays in memory because an app has one. */
function withoutContents({ apiVersion, kind, metadata }: KubernetesObject): KubernetesObject {
  const { managedFields: _, annotations: __, ...rest } = metadata;
  return { apiVersion, kind, metadata: rest };
}

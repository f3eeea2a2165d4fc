import { referenceKey, referenceOf } from "../install/references.ts";
import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";

/**
 * What one process remembers of an owner's objects between two looks, to tell its own writes from drift. Nothing here
 * is needed to be right: without it everything is looked at again.
 */
export class Memory {
  readonly #known = new Map<string, KubernetesObject>();
  readonly #touched = new Map<string, string>();
  /** What was applied last: generation, digest and whatever else decides. Undefined: never, in this process. */
  applied: string | undefined;
  /** Whether the actions at installing have been begun, or there are none. */
  installActionsBegun = false;

  /** Takes over the state of all objects after a complete pass. */
  remember(objects: readonly KubernetesObject[], applied: string): void {
    this.#known.clear();
    for (const object of objects) this.#known.set(referenceKey(referenceOf(object)), object);
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
    for (const [key, version] of this.#touched) {
      const known = this.#known.get(key);
      if (version === "gone" || known?.metadata.resourceVersion !== version) return true;
    }
    return false;
  }

  /** The newer of what was written and what the watch has brought. */
  newest(reference: ObjectReference, followed: KubernetesObject | undefined): KubernetesObject | undefined {
    const known = this.#known.get(referenceKey(reference));
    if (!known || !followed) return followed ?? known;
    if (known.metadata.uid !== followed.metadata.uid) return followed;
    const version = (object: KubernetesObject) => Number(object.metadata.resourceVersion ?? 0);
    return version(followed) >= version(known) ? followed : known;
  }
}

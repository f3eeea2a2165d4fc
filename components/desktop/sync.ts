import type { Desktop } from "@/lib/model/resources";
import { type DesktopSpec, patchOf } from "./merge";

export interface SyncEdges {
  read: () => { base: DesktopSpec | undefined; spec: DesktopSpec };
  save: (patch: Record<string, unknown>) => Promise<Desktop>;
  /** `sent` is what was shown when it was sent. */
  onSaved: (desktop: Desktop, sent: DesktopSpec) => void;
  onHeard: (remote: DesktopSpec) => void;
  onTrouble: (error: unknown) => void;
  setTimer: (run: () => void, ms: number) => () => void;
}

const DEBOUNCE_MS = 500;
const RETRY_MS = 5_000;

/** Saves what differs from the server: half a second after the last change, one request at a time, until it is saved. */
export class DesktopSync {
  readonly #edges: SyncEdges;
  #cancel: (() => void) | undefined;
  #saving = false;
  #taken: string | undefined;
  /** What the server told while a save was under way: it may or may not have that save in it. */
  #heard: DesktopSpec | undefined;
  #stopped = false;

  constructor(edges: SyncEdges) {
    this.#edges = edges;
  }

  /** Something may have changed. */
  touch(ms = DEBOUNCE_MS): void {
    if (this.#stopped || this.#saving) return;
    this.#cancel?.();
    this.#cancel = this.#edges.setTimer(() => void this.flush(), ms);
  }

  /** The server tells what it has. During a save that waits, or what is changed meanwhile would count as saved. */
  hear(remote: DesktopSpec): void {
    if (this.#saving) this.#heard = remote;
    else this.#edges.onHeard(remote);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** Saves now. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    const { base, spec } = this.#edges.read();
    const patch = base && patchOf(base, spec);
    if (!patch || this.#saving || this.#stopped) return;
    const text = JSON.stringify(patch);
    // The server took it and still differs: it keeps something else than was sent, and would for ever.
    if (text === this.#taken) return;
    this.#saving = true;
    try {
      const saved = await this.#edges.save(patch);
      this.#saving = false;
      this.#taken = text;
      if (this.#stopped) return;
      this.#edges.onSaved(saved, spec);
      this.#hearHeld();
      this.touch();
    } catch (error) {
      this.#saving = false;
      if (this.#stopped) return;
      this.#hearHeld();
      this.#edges.onTrouble(error);
      this.touch(RETRY_MS);
    }
  }

  #hearHeld(): void {
    const heard = this.#heard;
    this.#heard = undefined;
    if (heard) this.#edges.onHeard(heard);
  }
}

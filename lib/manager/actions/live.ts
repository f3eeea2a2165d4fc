import type { Logger } from "pino";
import { ApiError, type Cluster } from "../../cluster/index.ts";
import { type ActionRun, API_VERSION, type RunProgress } from "../../model/resources.ts";
import { maskedSoFar, OUTPUT_BYTES } from "./masked.ts";

/** Between two writes of one run. */
const WRITE_MS = 2000;
/** Its whole output is written each time, and every one stays in the cluster's database for minutes. */
const BYTES_PER_MS = 8;

/** How far a run has come. */
export interface Said {
  /** Everything printed so far, or the end of it, as it was printed. */
  output?: string;
  progress?: RunProgress | undefined;
  timeoutSeconds: number;
  /** Texts that nobody is to read. */
  secrets: readonly string[];
}

interface State {
  /** When it was last written, by `performance.now()`. */
  at: number;
  next?: Said;
  timer?: NodeJS.Timeout | undefined;
  writing?: Promise<void>;
  /** What was written last. */
  written?: string | undefined;
}

/** Keeps the status of runs under way current: what they have printed, and at which step they are. */
export class LiveOutput {
  readonly #cluster: Cluster;
  readonly #log: Logger;
  readonly #signal: AbortSignal;
  readonly #states = new Map<string, State>();

  /** @param signal aborts when nothing may be written any more */
  constructor(cluster: Cluster, log: Logger, signal: AbortSignal) {
    this.#cluster = cluster;
    this.#log = log;
    this.#signal = signal;
  }

  /** Whether what is told now is written at once; whoever has to ask for it need not do so before. */
  isDue(run: ActionRun): boolean {
    const state = this.#states.get(keyOf(run));
    return !state || performance.now() - state.at >= pauseAfter(state.next);
  }

  /** Writes this, or what is told after it, soon: at most once in two seconds, of much output less often. Returns at once. */
  tell(run: ActionRun, said: Said): void {
    const key = keyOf(run);
    const state = this.#states.get(key) ?? { at: Number.NEGATIVE_INFINITY };
    this.#states.set(key, state);
    state.next = said;
    const wait = Math.max(0, state.at + pauseAfter(said) - performance.now());
    state.timer ??= setTimeout(() => {
      state.timer = undefined;
      state.at = performance.now();
      const before = state.writing;
      state.writing = (async () => {
        await before;
        await this.#write(run, state);
      })();
    }, wait).unref();
  }

  /** Forgets a run. Resolves when nothing of it is written any more. */
  async end(key: string): Promise<void> {
    const state = this.#states.get(key);
    this.#states.delete(key);
    clearTimeout(state?.timer);
    await state?.writing;
  }

  async #write({ metadata }: ActionRun, state: State): Promise<void> {
    if (this.#signal.aborted || !state.next) return;
    const { output, progress, timeoutSeconds, secrets } = state.next;
    const { name, namespace = "", uid } = metadata;
    const reference = { apiVersion: API_VERSION, kind: "ActionRun", namespace, name };
    const status = { timeoutSeconds, progress, output: output && maskedSoFar(output, secrets) };
    const written = JSON.stringify(status);
    if (written === state.written) return;
    state.written = written;
    const patch = [
      // Never over the last word of whoever has ended it meanwhile.
      { op: "test", path: "/metadata/uid", value: uid },
      { op: "test", path: "/status/phase", value: "Running" },
      ...Object.entries(status).flatMap(([key, value]) =>
        value ? [{ op: "add", path: `/status/${key}`, value }] : [],
      ),
    ];
    try {
      const options = { type: "json", subresource: "status", fieldManager: "app-manager" } as const;
      await this.#cluster.patch(reference, patch, options);
    } catch (error) {
      state.written = undefined;
      const ended = error instanceof ApiError && (error.status === 404 || error.status === 422);
      if (!ended) this.#log.warn({ err: error, run: name }, "a run's output could not be written");
    }
  }
}

const keyOf = ({ metadata }: ActionRun) => `${metadata.namespace}/${metadata.name}`;

function pauseAfter(said: Said | undefined): number {
  return Math.max(WRITE_MS, Math.min(said?.output?.length ?? 0, OUTPUT_BYTES) / BYTES_PER_MS);
}

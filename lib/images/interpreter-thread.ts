import { Worker } from "node:worker_threads";
import type { Item, ItemResult, Reply, Request } from "./expression-protocol.ts";
import { caller, Turns } from "./turns.ts";
import { workerFile } from "./worker-file.ts";

/** An item that has not moved for this long, in wall time, is in a loop that only ending its thread stops. */
const STUCK_MS = 1_500;
const LOOK_MS = 250;
/** Who evaluates long holds up one thread only; they are started as they are needed. */
const THREADS = 3;

interface Thread {
  worker: Worker;
  /** Index of the item being evaluated. */
  progress: Int32Array;
}

const threads: (Promise<Thread> | undefined)[] = [];
const turns = new Turns(THREADS);
let lastId = 0;

/**
 * Evaluates items in a thread of the interpreter's, one request at a time of each caller (`workingFor`). Never throws for
 * what an expression does.
 */
export function evaluateInThread(request: Omit<Request, "id">): Promise<ItemResult[]> {
  return turns.run(caller(), (place) => run({ ...request, id: ++lastId }, place));
}

async function run(request: Request, place: number): Promise<ItemResult[]> {
  const starting = threads[place] ?? startThread();
  threads[place] = starting;
  const end = (worker?: Worker) => {
    threads[place] = undefined;
    void worker?.terminate();
  };
  const { worker, progress } = await starting.catch((error: unknown) => {
    end();
    throw error;
  });
  Atomics.store(progress, 0, 0);
  worker.ref();
  return new Promise<ItemResult[]>((resolve, reject) => {
    let seen = 0;
    let moved = performance.now();
    const watch = setInterval(() => {
      const now = Atomics.load(progress, 0);
      if (now !== seen) moved = performance.now();
      seen = now;
      if (performance.now() - moved < STUCK_MS) return;
      finish();
      end(worker);
      resolve(stuck(request.items, now));
    }, LOOK_MS);
    const onMessage = (reply: Reply) => {
      if (reply.id !== request.id) return;
      finish();
      resolve(reply.results);
    };
    const onFailure = (error: unknown) => {
      finish();
      end(worker);
      reject(error instanceof Error ? error : new Error("the interpreter's thread ended by itself"));
    };
    const finish = () => {
      clearInterval(watch);
      worker.off("message", onMessage).off("error", onFailure).off("exit", onFailure);
      worker.unref();
    };
    worker.on("message", onMessage).on("error", onFailure).on("exit", onFailure);
    worker.postMessage(request);
  });
}

/** Everything from the stuck item on is lost with the thread; only the stuck one is to blame. */
function stuck(items: Item[], index: number): ItemResult[] {
  const part = items[index]?.parts.findIndex((each) => typeof each !== "string") ?? 0;
  return items.map((_, at) =>
    at === index
      ? { error: "it ran too long (an endless loop?)", part: Math.max(0, part) }
      : { error: "it was not evaluated, because another expression of the image never ended", part: 0 },
  );
}

async function startThread(): Promise<Thread> {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(workerFile("expression-worker.ts"), {
    workerData: { progress },
    env: {},
    execArgv: [],
    // QuickJS's own complaints about what an image did to it are not the server's log.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 64 },
  });
  await new Promise<void>((resolve, reject) => {
    worker.once("message", () => resolve()).once("error", reject);
  });
  return { worker, progress };
}

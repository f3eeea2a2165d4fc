import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { Item, ItemResult, Reply, Request } from "./expression-protocol.ts";

/** An item that has not moved for this long, in wall time, is in a loop that only ending its thread stops. */
const STUCK_MS = 1_500;
const LOOK_MS = 250;

interface Thread {
  worker: Worker;
  /** Index of the item being evaluated. */
  progress: Int32Array;
}

let thread: Promise<Thread> | undefined;
let tail: Promise<unknown> = Promise.resolve();
let lastId = 0;

/** Evaluates items in the interpreter's thread; requests queue up. Never throws for what an expression does. */
export function evaluateInThread(request: Omit<Request, "id">): Promise<ItemResult[]> {
  const answer = tail.then(() => run({ ...request, id: ++lastId }));
  tail = answer.catch(() => undefined);
  return answer;
}

async function run(request: Request): Promise<ItemResult[]> {
  thread ??= startThread();
  const { worker, progress } = await thread;
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

function end(worker: Worker): void {
  thread = undefined;
  void worker.terminate();
}

async function startThread(): Promise<Thread> {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(pathToFileURL(workerFile()), {
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
  }).catch((error: unknown) => {
    thread = undefined;
    throw error;
  });
  return { worker, progress };
}

/** Beside this file; a bundled server, whose code has moved, finds it in its working directory. */
function workerFile(): string {
  const here = import.meta.dirname;
  const candidates = [here, join(process.cwd(), "lib", "images")].filter((each) => each !== undefined);
  const found = candidates.map((folder) => join(folder, "expression-worker.ts")).find(existsSync);
  if (!found) throw new Error(`the interpreter's file is not in ${candidates.join(" or ")}`);
  return found;
}

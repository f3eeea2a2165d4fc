import { parentPort, workerData } from "node:worker_threads";
import type { Reply, Request } from "./expression-protocol.ts";
import { interpret } from "./interpreter.ts";

/** Runs in a thread of its own, so that a loop which the interpreter cannot interrupt can be ended from outside. */
if (!parentPort) throw new Error("this file is the interpreter's thread");
const port = parentPort;
const { progress } = workerData as { progress: Int32Array };

port.on("message", async (request: Request) => {
  const results = await interpret(request, (index) => Atomics.store(progress, 0, index));
  port.postMessage({ id: request.id, results } satisfies Reply);
});
port.postMessage("ready");

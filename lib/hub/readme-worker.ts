import { parentPort, workerData } from "node:worker_threads";
import { renderReadme } from "./readme.ts";

/** Runs in a thread of its own, one README each (readme-thread.ts). */
parentPort?.postMessage(await renderReadme(String(workerData)));

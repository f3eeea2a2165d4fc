import { parentPort, workerData } from "node:worker_threads";
import { ImageError } from "./error.ts";
import { readImage } from "./read.ts";
import type { ReadAnswer, ReadRequest } from "./read-apart.ts";

/** Runs in a thread of its own, one image each (read-apart.ts). */
function answer({ files, configured }: ReadRequest): ReadAnswer {
  try {
    return { content: readImage(files, configured) };
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    const { message, zh, file, line } = error;
    return { error: { message, zh, file, line } };
  }
}

parentPort?.postMessage(answer(workerData as ReadRequest));

import { Worker } from "node:worker_threads";
import type { ImageContent } from "../model/image.ts";
import { ImageError } from "./error.ts";
import { type Files, readImage, YAML_FILE } from "./read.ts";
import type { ImageSettings } from "./settings.ts";
import { caller, Turns } from "./turns.ts";
import { workerFile } from "./worker-file.ts";

/** So many bytes of YAML, also the worst, take no more than some tenths of a second. */
const HERE_BYTES = 64 * 1024;
/** The largest image that is allowed takes a few seconds; many times that, so that a busy machine refuses none. */
const LIMIT_MS = 60_000;
const THREADS = 2;

export interface ReadRequest {
  files: Files;
  configured: ImageSettings | undefined;
}

export type ReadAnswer =
  | { content: ImageContent }
  | { error: { message: string; zh: string; file: string | undefined; line: number | undefined } };

const turns = new Turns(THREADS);

/**
 * `readImage` for a server: an image with much YAML is read in a thread of its own, so that whoever publishes it keeps
 * nobody waiting, nor may it take longer than it ever should.
 * @throws ImageError as `readImage` does
 */
export async function readImageApart(
  files: Files,
  configured?: ImageSettings,
  limitMs = LIMIT_MS,
): Promise<ImageContent> {
  let bytes = 0;
  for (const [path, data] of files) if (YAML_FILE.test(path)) bytes += data.byteLength;
  if (bytes <= HERE_BYTES) return readImage(files, configured);
  const answer = await turns.run(caller(), () => inThread({ files, configured }, limitMs));
  if ("content" in answer) return answer.content;
  const { message, zh, file, line } = answer.error;
  throw Object.assign(new ImageError([message, zh]), { ...(file && { file }), ...(line && { line }) });
}

function inThread(request: ReadRequest, limitMs: number): Promise<ReadAnswer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile("read-worker.ts"), {
      workerData: request,
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      worker.removeAllListeners();
      // What ends by being ended is no failure.
      worker.on("error", () => undefined);
      settle();
      void worker.terminate();
    };
    const tooMuch = (cause?: unknown) =>
      finish(() =>
        reject(
          new ImageError(
            [
              "its files take too much time or memory to read; write fewer and smaller manifests",
              "读取其文件耗费的时间或内存过多，请减少或缩小清单",
            ],
            { cause },
          ),
        ),
      );
    const timer = setTimeout(tooMuch, limitMs);
    worker.once("message", (answer: ReadAnswer) => finish(() => resolve(answer)));
    worker.once("error", (error: Error & { code?: string }) =>
      error.code === "ERR_WORKER_OUT_OF_MEMORY" ? tooMuch(error) : finish(() => reject(error)),
    );
    worker.once("exit", () => tooMuch());
  });
}

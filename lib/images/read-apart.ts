import { Worker } from "node:worker_threads";
import type { ImageContent } from "../model/image.ts";
import { ImageError } from "./error.ts";
import { type Files, ICON_FILE, README_FILE, readImage } from "./read.ts";
import { commandLines, type ImageSettings } from "./settings.ts";
import { caller, Turns } from "./turns.ts";
import { workerFile } from "./worker-file.ts";

/** So many bytes, also the worst YAML, take no more than some tenths of a second. */
const HERE_BYTES = 64 * 1024;
/** The largest image that people write takes some six seconds; ten times that, so that a busy machine refuses none. */
const LIMIT_MS = 60_000;
const THREADS = 1;
/**
 * In MiB. 4 MiB of the densest manifests that people write are read in 200 MiB. With what a thread has besides, reading takes
 * at most some 350 MiB of a pod's 1 GiB (deploy/chart/values.yaml), of which a server has 300 already and the interpreter's
 * three threads, at their worst, 200 more: hence also one thread alone.
 */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };

export interface ReadRequest {
  files: Files;
  configured: ImageSettings | undefined;
}

export type ReadAnswer =
  | { content: ImageContent }
  | { error: { message: string; zh: string; file: string | undefined; line: number | undefined } };

const turns = new Turns(THREADS);

/**
 * `readImage` for a server: an image with much to read is read in a thread of its own, so that whoever publishes it keeps
 * nobody waiting, nor may it take longer than it ever should. Any file may hold what is read, since commands name files as
 * they like; without commands icons and READMEs do not. The files' memory goes to that thread: they are not to be used
 * afterwards.
 * @throws ImageError as `readImage` does
 */
export async function readImageApart(
  files: Files,
  configured?: ImageSettings,
  limitMs = LIMIT_MS,
): Promise<ImageContent> {
  const isShown = (path: string) => ICON_FILE.test(path) || README_FILE.test(path);
  const isCommanded = !configured || commandLines(configured).length > 0;
  let bytes = 0;
  for (const [path, data] of files) if (isCommanded || !isShown(path)) bytes += data.byteLength;
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
      transferList: ownBuffers(request.files),
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: HEAP,
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

/** What need not be copied: buffers that hold one file each, where small ones share theirs with others. */
function ownBuffers(files: Files): ArrayBuffer[] {
  const buffers = [...files.values()].flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );
  return [...new Set(buffers)];
}

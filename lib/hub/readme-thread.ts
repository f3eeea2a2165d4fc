import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

/** A README of a large project takes some tenths of a second; a hostile one of 20 kB can take a minute. */
const LIMIT_MS = 4_000;

/**
 * A README as safe HTML, made in a thread of its own: Markdown's worst cases take time that grows with the square of
 * their length, and no README may keep the web server from its other work. One that takes too long, or nests too
 * deeply, is shown as the text that it is.
 */
export function renderReadmeApart(markdown: string, limitMs = LIMIT_MS): Promise<string> {
  return new Promise((resolve) => {
    const worker = new Worker(pathToFileURL(workerFile()), {
      workerData: markdown,
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    const finish = (html: string) => {
      clearTimeout(timer);
      resolve(html);
      void worker.terminate();
    };
    const asText = () => finish(`<pre tabindex="0">${escaped(markdown)}</pre>`);
    const timer = setTimeout(asText, limitMs);
    worker.once("message", finish).once("error", asText).once("exit", asText);
  });
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Beside this file; a bundled server, whose code has moved, finds it in its working directory. */
function workerFile(): string {
  const here = import.meta.dirname;
  const candidates = [here, join(process.cwd(), "lib", "hub")].filter((each) => each !== undefined);
  const found = candidates.map((folder) => join(folder, "readme-worker.ts")).find(existsSync);
  if (!found) throw new Error(`the README thread's file is not in ${candidates.join(" or ")}`);
  return found;
}

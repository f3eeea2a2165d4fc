import type { Cluster } from "../../cluster/index.ts";
import type { World } from "../world.ts";
import { lastPart } from "./masked.ts";

/** Of the log; more would not fit the output whatever is in it. */
const LINES = 5000;
const LOG_MS = 10_000;
/** Characters read before the beginning is let go. */
const MOST_READ = 1_000_000;
/** What is read in one go: a command that prints long lines keeps nobody else's run waiting. */
const LIMIT_BYTES = 4 * 1024 ** 2;
/** So many lines of a log whose last thousands are more than that: a node keeps none longer than 16 KiB. */
const LONG_LINES = 200;

/** The end of what a container printed, by default that of a command; undefined when it cannot be read. */
export async function logOf(
  { log, signal }: Pick<World, "log" | "signal">,
  installer: Cluster,
  pod: { name: string; namespace?: string },
  container = "command",
): Promise<string | undefined> {
  const { text, whole } = await read(LINES);
  return whole ? text : (await read(LONG_LINES)).text;

  async function read(tailLines: number): Promise<{ text: string | undefined; whole: boolean }> {
    const options = { container, tailLines, limitBytes: LIMIT_BYTES };
    const until = AbortSignal.any([AbortSignal.timeout(LOG_MS), signal]);
    const { name, namespace = "" } = pod;
    let [text, bytes] = ["", 0];
    try {
      for await (const line of installer.logs({ namespace, name }, options, until)) {
        text += `${line}\n`;
        bytes += Buffer.byteLength(line) + 1;
        if (text.length > MOST_READ) text = lastPart(text, 4);
      }
    } catch (error) {
      log.warn({ err: error, pod: name }, "the log of a command could not be read");
      return { text: text || undefined, whole: true };
    }
    return { text: lastPart(text, 4), whole: bytes < LIMIT_BYTES };
  }
}

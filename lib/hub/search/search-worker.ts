import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { ContentStore } from "../../images/index.ts";
import { plainText } from "./plain-text.ts";
import type { FromThread, ReadmeSource, ToFetch, ToThread } from "./protocol.ts";
import { ScopedIndex } from "./scopes.ts";

/**
 * Runs in a thread of its own. Cards are searched as soon as they are told; READMEs are read one at a time afterwards,
 * and between any two a question has its turn.
 */
const { contentDir, readmes } = workerData as { contentDir: string; readmes: boolean };
const store = new ContentStore(contentDir);
const index = new ScopedIndex();
const wanted = new Map<number, ReadmeSource>();
const read = new Map<number, string>();
const settled: number[] = [];
/** READMEs that registries were asked for: nothing waits for them. */
const asked = new Map<number, (texts: Record<string, string>) => void>();
let reading = false;
let unread = 0;
let asks = 0;

const keyOf = ({ digest = "", repository = "", overrides }: ReadmeSource) =>
  `${repository} ${digest} ${createHash("sha256").update(JSON.stringify(overrides)).digest("base64")}`;

function answer(message: FromThread): void {
  parentPort?.postMessage(message);
}

function change(changes: Extract<ToThread, { change: unknown }>["change"]): void {
  for (const each of changes) {
    if ("delete" in each) {
      index.delete(each.delete);
      wanted.delete(each.delete);
      read.delete(each.delete);
      continue;
    }
    const { number } = each.set;
    if (index.set(each.scope, each.set)) read.delete(number);
    if (!readmes || read.get(number) === keyOf(each.readme)) wanted.delete(number);
    else wanted.set(number, each.readme);
  }
  void readAll();
}

async function readAll(): Promise<void> {
  if (reading) return;
  reading = true;
  for (let next = wanted.entries().next(); !next.done; next = wanted.entries().next()) {
    const [number, source] = next.value;
    if (source.digest && source.repository) {
      wanted.delete(number);
      askRegistry(number, source, { digest: source.digest, repository: source.repository });
      continue;
    }
    const texts = await textsOf(source);
    // It may have been told anew, or have gone, while it was read.
    if (wanted.get(number) === source) {
      wanted.delete(number);
      read.set(number, keyOf(source));
      index.setReadme(number, texts);
    }
    await nextTurn();
  }
  reading = false;
  const { heapUsed, external } = process.memoryUsage();
  const settlement = { readmes: read.size, unread, bytes: heapUsed + external };
  for (const to of settled.splice(0)) answer({ to, settled: settlement });
}

/** What the repository says itself is searched at once, the image's own words when they come. */
function askRegistry(
  number: number,
  source: ReadmeSource,
  image: { digest: string; repository: string },
): void {
  const key = keyOf(source);
  const fetch = ++asks;
  read.set(number, key);
  index.setReadme(number, plain(source.overrides));
  asked.set(fetch, (texts) => {
    // It may have been told anew, or have gone, since.
    if (read.get(number) === key) index.setReadme(number, plain({ ...texts, ...source.overrides }));
  });
  parentPort?.postMessage({ fetch, ...image } satisfies ToFetch);
}

async function textsOf({ digest, overrides }: ReadmeSource): Promise<string[]> {
  let texts: Record<string, string> = {};
  try {
    if (digest) texts = await store.readmes(digest);
  } catch {
    unread++; // The image's page says what is wrong with it; here it is only not found by its README.
  }
  return plain({ ...texts, ...overrides });
}

function plain(texts: Record<string, string>): string[] {
  return Object.values(texts).map(plainText).filter(Boolean);
}

parentPort?.on("message", (message: ToThread) => {
  if ("change" in message) return change(message.change);
  if ("fetched" in message) {
    asked.get(message.fetched)?.(message.texts);
    asked.delete(message.fetched);
    return;
  }
  const to = message.ask;
  if ("find" in message) {
    return answer({ to, found: index.find(message.scopes, message.find) });
  }
  if ("nearest" in message) return answer({ to, nearest: index.nearest(message.scopes, message.nearest) });
  if ("snippets" in message) {
    const { typed, meant } = message;
    return answer({ to, snippets: message.snippets.map((each) => index.snippet(each, typed, meant)) });
  }
  settled.push(to);
  void readAll();
});

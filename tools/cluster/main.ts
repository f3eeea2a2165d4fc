import { parseArgs } from "node:util";
import { startCluster } from "./index.ts";
import type { NodeFlavour } from "./types.ts";

/** `npm run cluster`: starts a cluster, says where it is, and ends it on Ctrl-C. */

const USAGE = `npm run cluster -- [options]

  --nodes none|fake|real   a control plane alone, with pretended nodes (default), or with a node on this machine
                           (Linux and root)
  --port N                 port of the API server (default: a free one)
  --dir PATH               keep everything in this folder instead of a temporary one
  --count N                for fake: how many nodes (default 3)
`;

const say = (line: string) => process.stdout.write(`• ${line}\n`);

function fail(sentence: string): never {
  process.stderr.write(`\n✕ ${sentence}\n`);
  process.exit(1);
}

function number(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) fail(`--${name} is not a number: ${text}`);
  return value;
}

function read() {
  const string = { type: "string" } as const;
  try {
    return parseArgs({
      options: { nodes: string, port: string, dir: string, count: string, help: { type: "boolean" } },
    }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

const { nodes = "fake", port, dir, count, help } = read();
if (help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
if (!["none", "fake", "real"].includes(nodes)) fail(`There are no nodes called ${nodes}.\n\n${USAGE}`);

const began = Date.now();
const stopped = new Promise<void>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
});
const starting = startCluster({
  nodes: nodes as NodeFlavour,
  port: number("port", port),
  dir,
  fake: { count: number("count", count) },
  say,
}).catch((error: Error) => fail(error.message));
const cluster = await Promise.race([starting, stopped]);
// Stopped while it starts: the supervisor ends what there is as soon as this process is gone.
if (!cluster) process.exit(130);
process.stdout.write(
  `\nReady after ${((Date.now() - began) / 1000).toFixed(1)} s: ${cluster.url}\n\nexport KUBECONFIG=${cluster.kubeconfig}\n\nCtrl-C ends it.\n`,
);
await stopped;
say("Stopping …");
await cluster.stop();
process.exit(0);

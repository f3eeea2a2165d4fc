import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scenarios } from "./commands/index.ts";
import { normalise } from "./normalise.ts";
import type { Command, Outcome, Scenario } from "./types.ts";

/** Scenarios that run at a time: each has its own namespace, and kubectl mostly waits. */
const AT_ONCE = 3;
/** How long a server that reads rights and quotas through caches is given after each command. */
const SETTLE_MS = 50;
/** How long what a command waits for may take. */
const PATIENCE_MS = 30_000;

/** Where a battery is sent: the same program, another cluster. */
export interface Target {
  /** The path of kubectl. */
  kubectl: string;
  kubeconfig: string;
}

/** Runs every scenario, or those named, against a cluster that nothing else uses. Outcomes by scenario. */
export async function outcomesOf(
  target: Target,
  only: readonly string[] = [],
): Promise<Record<string, Outcome[]>> {
  const home = await mkdtemp(join(tmpdir(), "conformance-kubectl-"));
  try {
    const chosen = scenarios.filter(({ name }) => only.length === 0 || only.includes(name));
    const found: Record<string, Outcome[]> = {};
    // The first fills the cache of discovery, which the others then only read.
    await kubectl(target, home, { args: "api-resources" });
    const waiting = chosen.filter(({ alone }) => !alone);
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift())
        found[next.name] = await runScenario(target, home, next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    waiting.push(...chosen.filter(({ alone }) => alone));
    await work();
    return Object.fromEntries(chosen.map(({ name }) => [name, found[name] ?? []]));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function runScenario(target: Target, home: string, scenario: Scenario): Promise<Outcome[]> {
  const namespace = `kubectl-${scenario.name}`;
  await kubectl(target, home, { args: `create namespace ${namespace}` });
  await kubectl(target, home, {
    args: `wait --for=create serviceaccount/default configmap/kube-root-ca.crt -n ${namespace} --timeout=60s`,
  });
  const values: Record<string, string> = { ns: namespace };
  const outcomes: Outcome[] = [];
  for (const command of scenario.commands) {
    const { code, out, error } = await settled(target, home, filled(command, values), namespace);
    if (command.keep) values[command.keep] = out.trim();
    const plain = (text: string) => normalise(text).replaceAll(namespace, "{ns}");
    outcomes.push({ command: written(command), code, out: plain(out), error: plain(error) });
    await new Promise((done) => setTimeout(done, SETTLE_MS));
  }
  return outcomes;
}

/** A command as one would type it. */
export function written({ args }: Command): string {
  return ["kubectl", ...(typeof args === "string" ? [args] : args)].join(" ");
}

function filled({ args, input, until }: Command, values: Record<string, string>): Command {
  const fill = (text: string) =>
    Object.entries(values).reduce((filling, [key, value]) => filling.replaceAll(`{${key}}`, value), text);
  const list = typeof args === "string" ? args.split(" ") : args;
  return {
    args: list.map(fill),
    ...(until !== undefined && { until }),
    ...(input !== undefined && { input: fill(input) }),
  };
}

/** Runs a command; again, while what it waits for is not printed and its time is not over. */
async function settled(target: Target, home: string, command: Command, namespace: string) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const result = await kubectl(target, home, command, namespace);
    const printed = command.until === undefined || (result.out + result.error).includes(command.until);
    if (printed || Date.now() > deadline) return result;
    await new Promise((done) => setTimeout(done, 200));
  }
}

function kubectl(
  target: Target,
  home: string,
  { args, input = "" }: Command,
  namespace?: string,
): Promise<{ code: number | null; out: string; error: string }> {
  const list = typeof args === "string" ? args.split(" ") : args;
  return new Promise((resolve, reject) => {
    const child = spawn(target.kubectl, [...(namespace ? ["-n", namespace] : []), ...list], {
      env: {
        ...process.env,
        HOME: home,
        TMPDIR: home,
        TZ: "UTC",
        LANG: "C",
        KUBECONFIG: target.kubeconfig,
      },
    });
    let [out, error] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      out += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      error += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, error }));
    child.stdin.on("error", () => undefined).end(input);
  });
}

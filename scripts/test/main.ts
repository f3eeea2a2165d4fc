import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fail, root } from "../runtime.mjs";
import { buildWeb } from "../start/build.ts";
import { findBrowser, findKubectl } from "./tools.ts";

const SUITES = ["lint", "types", "unit", "integration", "e2e"] as const;
type Suite = (typeof SUITES)[number];

interface Outcome {
  passed: number;
  failed: number;
}

const results = join(root, "test-results");
const say = (line: string) => process.stdout.write(`\n• ${line}\n`);

function run(args: string[], env: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, ...env },
    });
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return undefined;
  }
}

/** A check that is one thing: it passed or it failed. */
async function check(...commands: string[][]): Promise<Outcome> {
  let failed = 0;
  for (const command of commands) if ((await run(command)) !== 0) failed++;
  return { passed: commands.length - failed, failed };
}

async function vitest(
  project: "unit" | "integration",
  filters: string[],
  env: Record<string, string>,
): Promise<Outcome> {
  const file = join(results, `${project}.json`);
  const args = ["--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const code = await run(["node_modules/vitest/vitest.mjs", "run", ...args, ...filters], env);
  const report = readJson<{ numPassedTests: number; numFailedTests: number }>(file);
  const failed = report?.numFailedTests ?? 0;
  // A file that cannot be loaded, or an error outside every test, fails no test and still fails the run.
  return { passed: report?.numPassedTests ?? 0, failed: code !== 0 && failed === 0 ? 1 : failed };
}

async function playwright(filters: string[]): Promise<Outcome> {
  const browser = findBrowser(say);
  if (browser === undefined) {
    say("There is no browser. Install Debian's chromium, or run: npx playwright install chromium");
    return { passed: 0, failed: 1 };
  }
  await buildWeb(say);
  const kubectl = findKubectl(say);
  const file = join(results, "e2e.json");
  const code = await run(
    ["node_modules/@playwright/test/cli.js", "test", "--reporter=list,json", ...filters],
    {
      CHROMIUM: browser,
      ...(kubectl ? { KUBECTL: kubectl } : {}),
      PLAYWRIGHT_JSON_OUTPUT_NAME: file,
    },
  );
  const stats = readJson<{ stats: { expected: number; unexpected: number } }>(file)?.stats;
  const failed = stats?.unexpected ?? 0;
  return { passed: stats?.expected ?? 0, failed: code !== 0 && failed === 0 ? 1 : failed };
}

const suites: Record<Suite, (filters: string[]) => Promise<Outcome>> = {
  lint: () => check(["node_modules/@biomejs/biome/bin/biome", "check", "."]),
  types: () => check(["node_modules/typescript/bin/tsc", "--noEmit"]),
  unit: (filters) => vitest("unit", filters, {}),
  integration: (filters) => {
    const kubectl = findKubectl(say);
    if (!kubectl) say("There is no kubectl of 1.28 or newer, and no Go to build one: its tests only say so.");
    return vitest("integration", filters, kubectl ? { KUBECTL: kubectl } : {});
  },
  e2e: playwright,
};

const [first, ...rest] = process.argv.slice(2);
if (first && !SUITES.includes(first as Suite))
  fail(`There is no suite ${first}. Known are ${SUITES.join(", ")}.`);
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const total: Outcome = { passed: 0, failed: 0 };
const lines: string[] = [];
for (const name of first ? [first as Suite] : SUITES) {
  say(name);
  const began = Date.now();
  const { passed, failed } = await suites[name](first ? rest : []);
  total.passed += passed;
  total.failed += failed;
  lines.push(
    `${name.padEnd(12)} ${passed} passed, ${failed} failed in ${((Date.now() - began) / 1000).toFixed(0)} s`,
  );
}
process.stdout.write(`\n${lines.join("\n")}\n\n${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

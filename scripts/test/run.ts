import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "../runtime.mjs";
import { buildWeb } from "../start/build.ts";
import { findBrowser, findKubectl } from "./tools.ts";

export interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed at first and passed alone (with `CI` set only): each is a defect to mend, and named at the end. */
  unsteady?: string[];
}

export const results = join(root, "test-results");
export const say = (line: string) => process.stdout.write(`\n• ${line}\n`);

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
export async function check(...commands: string[][]): Promise<Outcome> {
  let failed = 0;
  for (const command of commands) if ((await run(command)) !== 0) failed++;
  return { passed: commands.length - failed, failed, skipped: 0 };
}

/** A program that ends with an error, or cannot load a file, fails no test and still fails the run. */
const atLeastOne = (failed: number, code: number) => (code !== 0 && failed === 0 ? 1 : failed);

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: { name: string; status: string; assertionResults: { fullName: string; status: string }[] }[];
}

/** More files than this that fail are no accident of a busy machine. */
const ACCIDENTS = 3;

/** Tests of one project of `vitest.config.ts`. Where `CI` is set, files that failed are given a second try, alone. */
export async function vitest(
  project: "unit" | "integration" | "kubernetes",
  filters: string[],
  env: Record<string, string> = {},
  more: string[] = [],
): Promise<Outcome> {
  const environment = { ...(project === "unit" ? {} : await kubectl()), ...env };
  const go = async (name: string, chosen: string[]) => {
    const file = join(results, `${name}.json`);
    const args = ["--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const code = await run(
      ["node_modules/vitest/vitest.mjs", "run", ...args, ...more, ...chosen],
      environment,
    );
    return { code, report: readJson<VitestReport>(file) };
  };
  const { code, report } = await go(project, filters);
  const first = {
    passed: report?.numPassedTests ?? 0,
    failed: atLeastOne(report?.numFailedTests ?? 0, code),
    skipped: report?.numPendingTests ?? 0,
  };
  const bad = report?.testResults.filter(({ status }) => status === "failed") ?? [];
  if (!process.env.CI || bad.length === 0 || bad.length > ACCIDENTS) return first;
  const files = bad.map(({ name }) => relative(root, name));
  say(`Once more, alone: ${files.join(", ")}`);
  const again = await go(`${project}-again`, files);
  if (again.code !== 0 || !again.report) return first;
  const before = bad.flatMap(({ assertionResults }) => assertionResults);
  const failures = before.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);
  return {
    passed:
      first.passed - before.filter(({ status }) => status === "passed").length + again.report.numPassedTests,
    failed: 0,
    skipped: first.skipped,
    unsteady: failures.length > 0 ? failures : files,
  };
}

/** Browser tests; `name` is the suite's, for its report. */
export async function playwright(
  name: string,
  filters: string[],
  env: Record<string, string> = {},
): Promise<Outcome> {
  const browser = findBrowser(say);
  if (browser === undefined) {
    say("There is no browser. Install Debian's chromium, or run: npx playwright install chromium");
    return { passed: 0, failed: 1, skipped: 0 };
  }
  await buildWeb(say);
  const file = join(results, `${name}.json`);
  const code = await run(
    ["node_modules/@playwright/test/cli.js", "test", "--reporter=list,json", ...filters],
    {
      CHROMIUM: browser,
      ...(await kubectl()),
      HUB_TEST_SUITE: name,
      PLAYWRIGHT_JSON_OUTPUT_NAME: file,
      ...env,
    },
  );
  const report = readJson<PlaywrightReport>(file);
  const stats = report?.stats;
  return {
    passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0),
    failed: atLeastOne(stats?.unexpected ?? 0, code),
    skipped: stats?.skipped ?? 0,
    unsteady: report?.suites.flatMap(unsteadyOf) ?? [],
  };
}

interface PlaywrightSuite {
  specs?: { title: string; file: string; tests: { status: string }[] }[];
  suites?: PlaywrightSuite[];
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; skipped: number; flaky: number };
  suites: PlaywrightSuite[];
}

function unsteadyOf({ specs = [], suites = [] }: PlaywrightSuite): string[] {
  const own = specs.filter(({ tests }) => tests.some(({ status }) => status === "flaky"));
  return [...own.map(({ file, title }) => `${file}: ${title}`), ...suites.flatMap(unsteadyOf)];
}

async function kubectl(): Promise<Record<string, string>> {
  const program = await findKubectl(say);
  if (!program) say("There is no kubectl of 1.28 or newer: its tests are skipped.");
  return program ? { KUBECTL: program } : {};
}

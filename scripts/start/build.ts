import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "../runtime.mjs";

const WEB_SOURCES = [
  "app",
  "components",
  "lib",
  "public",
  "instrumentation.ts",
  "proxy.ts",
  "next.config.js",
  "postcss.config.mjs",
  "package-lock.json",
  "tsconfig.json",
];

function* filesUnder(path: string): Generator<string> {
  if (!existsSync(path)) return;
  if (statSync(path).isFile()) {
    yield path;
    return;
  }
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)))
    yield* filesUnder(join(path, entry.name));
}

/** A digest of the named files and folders below the root; tests are left out, since they are not built. */
export function digestOf(paths: string[]): string {
  const hash = createHash("sha256");
  for (const path of paths)
    for (const file of filesUnder(join(root, path)))
      if (!/\.test\.tsx?$/.test(file))
        hash.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

/** Runs `work` when what `stamp` remembers differs from `wanted`. Returns whether it ran. */
export async function whenChanged(
  stamp: string,
  wanted: string,
  work: () => Promise<void>,
): Promise<boolean> {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return false;
  await work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
  return true;
}

/** Builds the web server when its sources changed since the last build. */
export function buildWeb(say: (line: string) => void): Promise<boolean> {
  return whenChanged(join(root, ".next", "SOURCES"), digestOf(WEB_SOURCES), async () => {
    say("Building the pages …");
    await run(["node_modules/next/dist/bin/next", "build"]);
  });
}

function run(args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" },
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => output.push(String(chunk)));
    child.on("error", reject);
    child.on("exit", (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`The build failed:\n${output.join("").trim().split("\n").slice(-40).join("\n")}`)),
    );
  });
}

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findBinaries } from "../../tools/cluster/binaries/find.ts";
import { aptInstall } from "../../tools/debian.ts";
import { root } from "../runtime.mjs";

/** Programs that tests use and npm does not bring. Each is found, made, or said to be missing in one sentence. */

function works(program: string, args: string[]): string | undefined {
  const run = spawnSync(program, args, { encoding: "utf8" });
  return run.status === 0 ? run.stdout : undefined;
}

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/**
 * Path of a Chromium for the browser tests: the system's, else Debian's package when root, else Playwright's own (the
 * empty string then, since Playwright finds it by itself). Undefined when there is none.
 */
export function findBrowser(say: (line: string) => void): string | undefined {
  const present = () => [process.env.CHROMIUM, ...BROWSERS].find((path) => path && existsSync(path));
  const system = present();
  if (system) return system;
  say("Installing chromium …");
  if (aptInstall(["chromium", "fonts-noto-cjk"])) {
    const installed = present();
    if (installed) return installed;
  }
  const own = spawnSync(
    process.execPath,
    [join(root, "node_modules/@playwright/test/cli.js"), "install", "chromium"],
    {
      stdio: "ignore",
    },
  );
  return own.status === 0 ? "" : undefined;
}

function recentKubectl(program: string): boolean {
  const output = works(program, ["version", "--client", "--output=json"]);
  if (!output) return false;
  try {
    const { minor } = (JSON.parse(output) as { clientVersion: { minor: string } }).clientVersion;
    return Number.parseInt(minor, 10) >= 28;
  } catch {
    return false;
  }
}

/**
 * Path of a kubectl of 1.28 or newer: `$KUBECTL`, the one on the PATH, or the one of the cluster's programs (see
 * `tools/cluster`). Undefined when there is none; the tests that need it then say so.
 */
export async function findKubectl(say: (line: string) => void): Promise<string | undefined> {
  for (const program of [process.env.KUBECTL, "kubectl"])
    if (program && recentKubectl(program)) return program;
  const own = await findBinaries(["kubectl"], say);
  if ("found" in own) return own.found.kubectl;
  say(own.missing);
  return undefined;
}

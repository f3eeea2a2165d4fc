import { mkdir, open } from "node:fs/promises";
import { join, relative } from "node:path";
import { root } from "../../scripts/runtime.mjs";

/**
 * Where the next control plane of this suite writes its audit log: `test-results/audit/<suite>-<n>.jsonl`. A suite is a
 * test file, its path with dots for slashes (`HUB_TEST_SUITE`, see `name-suite.ts`).
 */
export async function auditFile(): Promise<string> {
  const folder = join(root, "test-results", "audit");
  await mkdir(folder, { recursive: true });
  const suite = suiteName(process.env.HUB_TEST_SUITE ?? "unnamed");
  for (let n = 1; ; n++) {
    const file = join(folder, `${suite}-${n}.jsonl`);
    try {
      // Several processes of one suite take one number each.
      await (await open(file, "wx")).close();
      return file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** `lib/manager/kill.it.test.ts`: `lib.manager.kill`. */
function suiteName(file: string): string {
  const path = file.startsWith(root) ? relative(root, file) : file;
  return path.replace(/(\.it)?\.(test|spec)\.tsx?$/, "").replaceAll(/[/\\]/g, ".");
}

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Use } from "./audit.ts";

/**
 * No request shows `escalate` and `bind`: the API server asks for them inside another one. The test that takes each away
 * and sees the work fail (`lib/manager/rights.it.test.ts`) writes down which were needed: `<suite>.needed.json`.
 */
export async function provedRights(folder: string): Promise<Use[]> {
  const uses: Use[] = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(".needed.json")))
    for (const right of JSON.parse(await readFile(join(folder, file), "utf8")) as Omit<
      Use,
      "allowed" | "suite"
    >[])
      uses.push({ ...right, allowed: true, suite: file });
  return uses;
}

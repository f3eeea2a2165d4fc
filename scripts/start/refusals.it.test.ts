import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "../../tools/cluster/ports.ts";
import { explainInstall, root } from "../runtime.mjs";

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), "hub-refusals-"));
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

/** Runs the start script; it is expected to refuse before it builds or starts anything. */
function start(args: string[], env: Record<string, string>) {
  const run = spawnSync(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "scripts/start/main.ts", ...args],
    {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, KUBECONFIG: "", SANDBOX_DIR: stateDir, ...env },
      timeout: 20_000,
    },
  );
  return { code: run.status, sentence: run.stderr.trim() };
}

describe("npm start refuses with one sentence and exit code 1", () => {
  test("a port that is in use, and names another", async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
    );
    try {
      const { code, sentence } = start([], { PORT: String(port) });
      expect(code).toBe(1);
      expect(sentence).toBe(
        `✕ Port ${port} is in use. Stop what listens there, or choose another: PORT=${port + 1} npm start`,
      );
    } finally {
      server.close();
    }
  });

  test("a second copy on the same state, and names the first", async () => {
    writeFileSync(join(stateDir, "lock"), String(process.pid));
    const { code, sentence } = start([], { PORT: String(await freePort()) });
    expect(code).toBe(1);
    expect(sentence).toContain(`Sealos Hub already runs here (process ${process.pid})`);
  });

  test("a port that is no number", () => {
    const { code, sentence } = start([], { PORT: "http" });
    expect(code).toBe(1);
    expect(sentence).toContain('PORT must be a number from 1 to 65535, not "http"');
  });

  test("an option that it does not know", () => {
    const { code, sentence } = start(["--rest"], {});
    expect(code).toBe(1);
    expect(sentence).toContain("Unknown option --rest");
  });

  test("a disk without room for the state", () => {
    const script = `import { requireDisk } from "./scripts/start/checks.ts"; requireDisk(".", 1e6);`;
    const run = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      cwd: root,
      encoding: "utf8",
    });
    expect(run.status).toBe(1);
    expect(run.stderr).toContain("is full: 1 MB are free and 200 MB are needed");
  });
});

test.each([
  ["npm error code ENOTFOUND\nnpm error network request failed", "the npm registry cannot be reached"],
  ["npm error code ENOSPC", "the disk is full"],
  ["npm error code EACCES", "cannot be written"],
  ["npm error something else", "npm error something else"],
])("an install that ends with %j is explained", (output, sentence) => {
  expect(explainInstall(output)).toContain(sentence);
});

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { helmLimits, helmTemplate } from "./helm.ts";

/** A program in Helm's place that does what no chart should be able to make Helm do. */
let dir = "";
const input = {
  files: new Map([["templates/a.yaml", Buffer.from("kind: A\n")]]),
  values: { greeting: "hello" },
  release: "shop",
  namespace: "ns-a",
  kubeVersion: "v1.36.0",
  apiVersions: ["v1", "apps/v1"],
};
const helmThat = async (script: string, options?: { milliseconds: number }) => {
  const path = join(dir, "helm");
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  vi.stubEnv("HELM", path);
  return helmTemplate(input, options);
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "helm-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true, force: true });
});

test("Helm is given the chart and the values, and nothing of this process' environment", async () => {
  vi.stubEnv("SECRET_OF_OURS", "x");
  const outcome = await helmThat('echo "$@"; cat chart/templates/a.yaml values.json; env');
  const { text } = outcome as { text: string };
  expect(text).toMatch(
    /^template shop \S+\/chart --namespace ns-a .*--kube-version v1\.36\.0 --api-versions v1,apps\/v1/,
  );
  expect(text).toContain('kind: A\n{"greeting":"hello"}');
  expect(text).not.toContain("SECRET_OF_OURS");
});

test("what gives too much is stopped", async () => {
  expect(await helmThat("exec yes")).toEqual({ failed: ["it gives more than 4 MiB", "输出超过 4 MiB"] });
});

test("what takes too long is stopped, with all that it started", async () => {
  const started = join(dir, "started");
  const script = `sleep 600 & echo $! > ${started}; wait`;
  expect(await helmThat(script, { milliseconds: 500 })).toEqual({
    failed: ["it took longer than 0.5 seconds", "用时超过 0.5 秒"],
  });
  const pid = (await readFile(started, "utf8")).trim();
  const state = () => spawnSync("ps", ["-o", "stat=", "-p", pid], { encoding: "utf8" }).stdout.trim();
  await vi.waitFor(() => expect(state()).toMatch(/^Z?$/), { timeout: 20_000 });
});

test("the kernel holds it to limits of time, memory and files", async () => {
  const { cpuSeconds, memory, openFiles, fileBlocks } = helmLimits;
  expect(await helmThat("for limit in t d n f; do ulimit -$limit; done")).toEqual({
    text: `${[cpuSeconds, memory, openFiles, fileBlocks].join("\n")}\n`,
  });
  const blocks = await helmThat("head -c 20000000 /dev/zero > home/large; wc -c < home/large");
  expect(blocks).toEqual({ text: `${fileBlocks * 512}\n` });
});

test("what Helm refuses is said in its words, without this machine's paths", async () => {
  const outcome = await helmThat('echo "Error: $PWD/chart/templates/a.yaml: bad" >&2; exit 1');
  expect(outcome).toEqual({ failed: ["chart/templates/a.yaml: bad", "chart/templates/a.yaml: bad"] });
});

test("running out of memory is said in a sentence", async () => {
  const outcome = await helmThat('echo "fatal error: out of memory" >&2; seq 9999 >&2; exit 2');
  expect(outcome).toEqual({ failed: ["it took more memory or time than a chart may", expect.any(String)] });
});

test("nothing of a chart is left behind", async () => {
  const { text } = (await helmThat(`pwd | tee ${join(dir, "where")}`)) as { text: string };
  expect(await readFile(join(dir, "where"), "utf8")).toBe(text);
  expect(existsSync(text.trim())).toBe(false);
});

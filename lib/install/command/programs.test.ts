import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { helm, kubectl } from "./programs.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hub-programs-"));
  mkdirSync(join(folder, "real"));
  program("kubectl-wrapper", kubectl);
  program("helm-wrapper", helm);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), 0o755);
}

/** A program that notes what it is called with and says `said`. */
function pretend(name: string, said: string): void {
  program(`real/${name}`, `#!/bin/bash\necho "${name} $*" >> ${folder}/calls\n${said}\n`);
}

function call(wrapper: string, ...args: string[]): { code: number; calls: string[] } {
  let code = 0;
  try {
    execFileSync(join(folder, wrapper), args, {
      env: { ...process.env, HUB_PATH: `${folder}/real:${process.env.PATH}`, HUB_MARK: "job-1" },
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch (error) {
    code = (error as { status: number }).status;
  }
  return { code, calls: readFileSync(join(folder, "calls"), "utf8").trim().split("\n") };
}

test("what kubectl says it has made is marked, also when it fails on the way", () => {
  pretend(
    "kubectl",
    '[ "$1" = label ] && exit; echo "deployment.apps/web created"; echo "service/web unchanged"; echo "pod/x created (dry run)"; echo "error: no"; exit 4',
  );
  const { code, calls } = call("kubectl-wrapper", "-n", "apply", "apply", "-f", "x y");
  expect(code).toBe(4);
  expect(calls).toEqual([
    "kubectl -n apply apply -f x y",
    "kubectl label --overwrite deployment.apps/web service/web hub.sealos.io/command=job-1",
  ]);
});

test("other commands of kubectl pass through as they are", () => {
  pretend("kubectl", 'echo "pod/x"; exit 3');
  expect(call("kubectl-wrapper", "-n", "a", "get", "pods", "-o", "name")).toEqual({
    code: 3,
    calls: ["kubectl -n a get pods -o name"],
  });
});

test("a release that helm made is marked, with what is in it; those of others are not", () => {
  pretend(
    "kubectl",
    `case "$1" in get) echo secret/sh.helm.release.v1.other.v1; [ ! -e ${folder}/made ] || echo secret/sh.helm.release.v1.web.v2.v3;; esac`,
  );
  pretend("helm", `touch ${folder}/made`);
  const { code, calls } = call("helm-wrapper", "upgrade", "-i", "web.v2", "./web");
  expect(code).toBe(0);
  expect(calls.filter((each) => !each.includes("get secrets")).sort()).toEqual([
    "helm get manifest web.v2",
    "helm upgrade -i web.v2 ./web",
    "kubectl label --overwrite -f - hub.sealos.io/command=job-1",
    "kubectl label --overwrite secret/sh.helm.release.v1.web.v2.v3 hub.sealos.io/command=job-1",
  ]);
});

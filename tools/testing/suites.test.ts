import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/runtime.mjs";
import { ONLY } from "./suites.ts";

const files = [
  ...globSync("{app,cli,deploy,lib,providers,sandbox,scripts,tools}/**/*.it.test.ts", { cwd: root }),
  ...globSync("e2e/*.spec.ts", { cwd: root }),
];

test("a suite that is not given its cluster runs on one kind only, and the table says why", () => {
  const given = /\b(startTestCluster|startHubUnderTest|startStage|openStage|openDesk)\b|from ".\/hub.ts"/;
  const listed = ONLY.map(({ file }) => file);
  const others = files.filter((file) => !listed.includes(file));
  expect(others.filter((file) => !given.test(readFileSync(join(root, file), "utf8")))).toEqual([]);
  expect(listed.filter((file) => !files.includes(file))).toEqual([]);
});

test("no suite goes round the cluster that it is given", () => {
  const others = files.filter((file) => !ONLY.some((each) => each.file === file));
  const around = others.filter((file) =>
    /\b(startSandbox|startCluster)\(/.test(readFileSync(join(root, file), "utf8")),
  );
  expect(around).toEqual([]);
});

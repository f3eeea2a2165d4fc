import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { Output } from "../lib/output.ts";
import { grown, runPrinter } from "./run-output.ts";

test("what is new of a growing text is found, also when its beginning has been let go", () => {
  const all = Array.from({ length: 500 }, (_, number) => `line ${number}\n`).join("");
  expect(grown("", all)).toBe(all);
  expect(grown(all.slice(0, 1000), all)).toBe(all.slice(1000));
  expect(grown(all.slice(100, 3000), all.slice(900))).toBe(all.slice(3000));
  expect(grown("something else", all)).toBe(all);
  const same = "same\n".repeat(300);
  expect(grown(same, `${same.slice(50)}end\n`)).toBe("end\n");
});

test("each line is said once, when it is whole or the run has ended", () => {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const out = new Output({ stdout, stderr }, { json: false, language: "en", env: process.env });
  const print = runPrinter({ out }, "run");
  const steps = [
    ["one", 1],
    ["one\ntwo\nthr", 2],
    ["one\ntwo\nthree", 2],
  ] as const;
  for (const [output, step] of steps) print({ output, progress: { step, steps: 2 } }, false);
  expect(stdout.read()?.toString()).toBe("one\ntwo\n");
  print({ output: "one\ntwo\nthree" }, true);
  expect(stdout.read()?.toString()).toBe("three\n");
  expect(stderr.read()?.toString()).toBe("Step 1/2\nStep 2/2\n");
});

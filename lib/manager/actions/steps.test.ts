import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { readSteps, withSteps } from "./steps.ts";

const print = (lines: readonly string[]) => execFileSync("bash", ["-ec", lines.join("\n")]).toString();

test("a shell's log tells the step that it has come to, and nothing of it is left in the output", () => {
  const lines = ["echo one", "for i in 1 2; do", "printf $i", "done"];
  const log = print(withSteps(lines));
  expect(readSteps(log, 4)).toEqual({ text: "one\n12", progress: { step: 4, steps: 4 } });
  expect(readSteps(log.slice(0, 8), 4).progress).toEqual({ step: 1, steps: 4 });
  expect(readSteps("no mark in the end of a long log", 4)).toEqual({
    text: "no mark in the end of a long log",
    progress: undefined,
  });
});

test("commands that reach over several lines are left as they are", () => {
  for (const lines of [
    ["cat <<EOF", "text", "EOF"],
    ["echo a \\", "b"],
    ["echo a |", "cat"],
    ["true &&", "echo a"],
    ["case a in", "a) echo a;;", "esac"],
    ["f()", "{ echo a; }", "f"],
    ["echo 'a", "b'"],
    ["echo only"],
  ])
    expect(withSteps(lines)).toEqual(lines);
});

test("a program that forges a step beyond the last tells none", () => {
  expect(readSteps("\u001e9\u001f\nx", 2)).toEqual({ text: "x", progress: undefined });
});

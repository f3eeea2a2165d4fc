import { expect, test } from "vitest";
import { appendLines, emptyLog, logText } from "./log-buffer.ts";

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}`);

test("keeps lines in order across blocks, and full blocks as they are", () => {
  const first = appendLines(emptyLog, lines(0, 450));
  const second = appendLines(first, lines(450, 460));
  expect(logText(second)).toBe(lines(0, 460).join("\n"));
  expect(second.blocks[0]).toBe(first.blocks[0]);
  expect(second.blocks.at(-1)?.id).toBe(first.blocks.at(-1)?.id);
});

test("forgets the oldest beyond ten thousand lines, without giving a block's name away twice", () => {
  const buffer = appendLines(emptyLog, lines(0, 10_500));
  expect(buffer.size).toBeLessThanOrEqual(10_000);
  expect(logText(buffer)).toContain("line 10499");
  expect(logText(buffer)).not.toContain("line 0\n");
  const ids = appendLines(buffer, lines(0, 500)).blocks.map((block) => block.id);
  expect(new Set(ids).size).toBe(ids.length);
});

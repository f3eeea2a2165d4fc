import { expect, test } from "vitest";
import { lines } from "./lines.ts";

async function linesOf(chunks: readonly (string | Uint8Array)[], mostBytes?: number): Promise<string[]> {
  async function* stream() {
    for (const chunk of chunks) yield Buffer.from(chunk as string);
  }
  const found: string[] = [];
  for await (const line of lines(stream(), mostBytes)) found.push(line);
  return found;
}

test("lines come whole, wherever the stream was cut, the empty ones and the last one too", async () => {
  expect(await linesOf(["a\nb", "b", "\n\nc\n", "d"])).toEqual(["a", "bb", "", "c", "d"]);
  expect(await linesOf(["a\n"])).toEqual(["a"]);
});

test("a line without an end comes in pieces of whole characters, and nothing of it is lost", async () => {
  const text = "é漢🙂x".repeat(2_000);
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / 101) }, (_, index) =>
    bytes.subarray(index * 101, (index + 1) * 101),
  );
  const pieces = await linesOf([...chunks, "\nnext"], 1_000);
  expect(pieces.pop()).toBe("next");
  expect(pieces.join("")).toBe(text);
  expect(pieces.length).toBeGreaterThan(10);
  expect(Math.max(...pieces.map((piece) => Buffer.byteLength(piece)))).toBeLessThan(1_200);
});

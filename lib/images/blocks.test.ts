import { describe, expect, it } from "vitest";
import { expandBlocks, readTemplate } from "./blocks.ts";
import { ImageError } from "./error.ts";

function expand(text: string, truths: Record<string, boolean>) {
  const template = readTemplate({ path: "app.yaml", text, line: 1 });
  return expandBlocks(template, (index) => truths[template.conditions[index]?.text ?? ""] ?? false);
}

const text = [
  "env:",
  "  ${{ if(a) }}",
  "  - name: A",
  "  ${{ elif(b) }}",
  "  - name: B",
  "    ${{ if(c) }}",
  "  - name: C",
  "    ${{ endif() }}",
  "  ${{ else() }}",
  "  - name: D",
  "  ${{ endif() }}",
  "end: true",
].join("\n");

describe("block lines", () => {
  it.each([
    [{ a: true, b: true, c: true }, ["env:", "  - name: A", "end: true"], [1, 3, 12]],
    [{ b: true, c: true }, ["env:", "  - name: B", "  - name: C", "end: true"], [1, 5, 7, 12]],
    [{ b: true }, ["env:", "  - name: B", "end: true"], [1, 5, 12]],
    [{ c: true }, ["env:", "  - name: D", "end: true"], [1, 10, 12]],
  ])("keep the branch that holds, with the lines of the source: %o", (truths, kept, lines) => {
    expect(expand(text, truths)).toEqual({ text: kept.join("\n"), lines });
  });

  it.each([
    ["a: 1\n${{ if(x) }}", "app.yaml:2: this ${{ if }} has no ${{ endif() }}"],
    ["${{ endif() }}", "app.yaml:1: ${{ endif }} without an ${{ if }} before it"],
    ["${{ if(x) }}\n${{ else() }}\n${{ elif(y) }}\n${{ endif() }}", "app.yaml:3: ${{ elif }} after"],
    ["${{ if() }}\n${{ endif() }}", "app.yaml:1: ${{ if }} needs a condition"],
    ["a: ${{ if(x) }} b ${{ endif() }}", "app.yaml:1: a block line stands alone on its line"],
    ["a: ${{ inputs.b", "app.yaml:1: an expression opens"],
  ])("refuse %j", (broken, message) => {
    expect(() => expand(broken, {})).toThrow(ImageError);
    expect(() => expand(broken, {})).toThrow(message);
  });

  it("a commented block line is a comment", () => {
    expect(expand("# ${{ if(x) }}\na: 1", {}).text).toContain("a: 1");
  });

  it("an expression ends at the braces that close it, not inside its own text", () => {
    const template = readTemplate({ path: "a", text: "a: ${{ '}}' + ({b: {c: 1}}).b.c }}!", line: 1 });
    expect(template.expressions.map((each) => each.text)).toEqual(["'}}' + ({b: {c: 1}}).b.c"]);
  });

  it("text that looks like a token is left as it is", () => {
    const template = readTemplate({ path: "a", text: "hubexpr0n0z: ${{ a }}", line: 1 });
    const expanded = expandBlocks(template, () => true);
    expect(expanded.text.match(template.token)).toHaveLength(1);
    expect(expanded.text.startsWith("hubexpr0n0z: ")).toBe(true);
  });
});

import { expect, test } from "vitest";
import { limits } from "./limits.ts";
import { asIs, parseYaml, parseYamlInTurn } from "./yaml.ts";

const read = (text: string) => parseYaml(asIs(text), "a.yaml").map((document) => document.plain());
const MiB = 1024 ** 2;
const fill = (text: string) => text.repeat(MiB / text.length);

test.for([
  ["lists in lists", "[".repeat(MiB), /nested too deeply/],
  ["maps in lists", "[{a: ".repeat(MiB / 5), /nested too deeply/],
  ["keys", Array.from({ length: 100_000 }, (_, key) => `k${key}:`).join("\n"), /at most 120000 tokens/],
  ["aliases", `- &a x\n${fill("- *a\n")}`, /at most 120000 tokens/],
  ["comments", fill("# c\n"), /at most 120000 tokens/],
] as const)("a document of nothing but %s is refused before it is read", ([, text, sentence]) => {
  expect(() => read(text)).toThrow(sentence);
});

test("of a text that is nothing but faults the first is told, with its line", () => {
  expect(() => read(`a: 1\n${fill("}\n")}`)).toThrow(/^a.yaml:2: this is not YAML: /);
  expect(() => read(`a: [1${",".repeat(limits.yamlTokens - 10)}]`)).toThrow(/^a.yaml:1: this is not YAML: /);
  expect(() => read("a: 1\n---\nb: [")).toThrow(/^a.yaml:3: this is not YAML: /);
});

test("the limit is of a document, and a file may have many", () => {
  const document = `---\n${"- a\n".repeat(20_000)}`;
  expect(read(document.repeat(3)).map((list) => (list as string[]).length)).toEqual([20_000, 20_000, 20_000]);
});

test("others have their turn between two documents that are read in turn", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const found: unknown[] = [];
  const text = `---\n${"- a\n".repeat(10_000)}`.repeat(6);
  for await (const document of parseYamlInTurn(asIs(text), "a.yaml")) found.push(document.plain());
  clearInterval(timer);
  expect(found).toHaveLength(6);
  expect(turns).toBeGreaterThan(2);
});

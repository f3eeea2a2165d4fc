import { expect, test } from "vitest";
import { stringify } from "yaml";
import { limits } from "./limits.ts";
import { asIs, parseYaml, parseYamlInTurn } from "./yaml.ts";

const read = (text: string) => parseYaml(asIs(text), "a.yaml").map((document) => document.plain());
const MiB = 1024 ** 2;
const fill = (text: string) => text.repeat(MiB / text.length);

test.for([
  ["lists in lists", "[".repeat(MiB), /nested too deeply/],
  ["maps in lists", "[{a: ".repeat(MiB / 5), /nested too deeply/],
  ["keys", Array.from({ length: 140_000 }, (_, key) => `k${key}:`).join("\n"), /at most 400000 tokens/],
  ["aliases", `- &a x\n${fill("- *a\n")}`, /at most 400000 tokens/],
  ["comments", fill("#\n"), /at most 400000 tokens/],
] as const)("a document of nothing but %s is refused before it is read", ([, text, sentence]) => {
  expect(() => read(text)).toThrow(sentence);
});

test("of a text that is nothing but faults the first is told, with its line", () => {
  expect(() => read(`a: 1\n${fill("}\n")}`)).toThrow(/^a.yaml:2: this is not YAML: /);
  expect(() => read(`a: [1${",".repeat(limits.yamlTokens - 10)}]`)).toThrow(/^a.yaml:1: this is not YAML: /);
  expect(() => read("a: 1\n---\nb: [")).toThrow(/^a.yaml:3: this is not YAML: /);
});

const pods = Array.from({ length: 6_000 }, (_, index) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: `p${index}`, labels: { app: "a" } },
  spec: { containers: [{ name: "a", image: "b", ports: [{ containerPort: 80 }] }] },
}));
test.for([
  ["JSON in one line", JSON.stringify(pods), 6_000],
  ["JSON on many lines", JSON.stringify(pods.slice(0, 2_500), null, 2), 2_500],
  ["YAML", stringify(pods.slice(0, 5_200)), 5_200],
] as const)("a list of small objects that fills a file is read: %s", ([, text, count]) => {
  expect(text.length / MiB).toBeGreaterThan(0.85);
  expect(text.length / MiB).toBeLessThan(1);
  expect(read(text)).toEqual([pods.slice(0, count)]);
});

test("many small documents do not all unfold as far as a large one may", () => {
  const times = (count: number, what: string) => Array(count).fill(what).join(",");
  const document = `---\na: &a [${times(40, "x")}]\nb: &b [${times(40, "*a")}]\nc: [${times(80, "*b")}]\n`;
  expect(() => read(document)).toThrow(/too many nodes once its aliases are followed/);
});

test("the limit is of a document, and a file may have many", () => {
  const document = `---\n${"- a\n".repeat(20_000)}`;
  expect(read(document.repeat(3)).map((list) => (list as string[]).length)).toEqual([20_000, 20_000, 20_000]);
});

test("others have their turn while a large document is read in turn", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  let before = 0;
  for await (const document of parseYamlInTurn(asIs("- a\n".repeat(80_000)), "a.yaml")) {
    before = turns;
    expect(document.plain()).toHaveLength(80_000);
  }
  clearInterval(timer);
  expect(before).toBeGreaterThan(2);
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

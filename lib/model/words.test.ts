import { expect, test } from "vitest";
import type { Repository } from "./resources.ts";
import { changedFields, mergeWords, withWords, wordsOf } from "./words.ts";

const text = (...lines: string[]) => lines.join("\n");

test("two people who change different fields both keep what they wrote", () => {
  const base = { title: "One", description: "Old" };
  const merged = mergeWords(base, { ...base, title: "Mine" }, { ...base, description: "Theirs" });
  expect(merged).toEqual({
    words: { title: "Mine", description: "Theirs" },
    conflicts: [],
    taken: ["description"],
  });
});

test("two people who change different places of one README both keep what they wrote", () => {
  const base = { readmeEn: text("# A", "", "first", "", "middle", "", "last") };
  const mine = { readmeEn: base.readmeEn.replace("first", "first, mine") };
  const theirs = { readmeEn: base.readmeEn.replace("last", "last, theirs") };
  expect(mergeWords(base, mine, theirs).words.readmeEn).toBe(
    text("# A", "", "first, mine", "", "middle", "", "last, theirs"),
  );
});

test("the same line changed twice is a conflict, and mine is kept for me to decide", () => {
  const base = { title: "One", readmeEn: text("a", "b") };
  const mine = { title: "Mine", readmeEn: text("a", "mine") };
  const merged = mergeWords(base, mine, { title: "Theirs", readmeEn: text("a", "theirs") });
  expect(merged.conflicts).toEqual(["title", "readmeEn"]);
  expect(merged.words).toEqual(mine);
});

test("lists are brought together by their entries; one tag with two reasons is a conflict", () => {
  const base = { keywords: ["a", "b"], tags: [{ name: "1.0" }] };
  const merged = mergeWords(base, { ...base, keywords: ["a", "b", "c"] }, { ...base, keywords: ["b", "d"] });
  expect(merged.words.keywords).toEqual(["b", "c", "d"]);
  const reason = (deprecatedReason: string) => ({ ...base, tags: [{ name: "1.0", deprecatedReason }] });
  expect(mergeWords(base, reason("slow"), reason("unsafe")).conflicts).toEqual(["tags"]);
});

test("a field that somebody emptied goes back to the image's own word", () => {
  const base = { title: "One", links: [{ name: "home", url: "https://a.example" }] };
  expect(mergeWords(base, base, {}).words).toEqual({});
});

test("words are written into a spec and read from it unchanged, and nothing else of it is touched", () => {
  const spec: Repository["spec"] = {
    organization: "acme",
    repository: "shop",
    source: "registry.example/acme/shop",
    readme: "old",
    i18n: { fr: { title: "Boutique" } },
  };
  const words = {
    title: "Shop",
    titleZh: "商店",
    readmeEn: "# Shop",
    readmeZh: "# 商店",
    latest: "1.0",
    tags: [{ name: "1.0", deprecated: true }],
  };
  const next = withWords(spec, words);
  expect(wordsOf({ spec: next })).toEqual(words);
  expect(next).toMatchObject({ source: spec.source, i18n: { fr: { title: "Boutique" } } });
  expect(next.readme).toBeUndefined();
  expect(changedFields(words, wordsOf({ spec: withWords(next, {}) }))).toHaveLength(6);
});

import { expect, test } from "vitest";
import type { RepositoryCard } from "../cards.ts";
import { Alphabet, type Entry, marksOf, narrow, ranked, sorted } from "./listing.ts";

const entry = (repo: string, more: Partial<RepositoryCard> = {}, needs: string[] = []): Entry => ({
  card: {
    org: "labring",
    repo,
    title: repo,
    description: "",
    mode: "application",
    categories: [],
    installs: 0,
    verified: false,
    latestTag: "1",
    updatedAt: "2026-01-01T00:00:00Z",
    icon: "",
    i18n: {},
    orgTitle: "Labring",
    ...more,
  },
  needs,
});
const repos = (entries: Entry[]) => entries.map(({ card }) => card.repo);

test("a facet counts what its own filter would leave, within the others", () => {
  const all = [
    entry("a", { mode: "provider", categories: ["db"], verified: true }),
    entry("b", { categories: ["db"] }, ["acid.zalan.do/postgresql"]),
    entry("c", { categories: ["blog"], org: "other", orgTitle: "Other" }, ["acid.zalan.do/postgresql"]),
  ];
  const { matches, facets } = narrow(all, { needs: "acid.zalan.do/postgresql", category: "db" });
  expect(repos(matches)).toEqual(["b"]);
  expect(facets.categories).toEqual([
    { name: "blog", count: 1 },
    { name: "db", count: 1 },
  ]);
  expect(facets.needs).toEqual([{ name: "acid.zalan.do/postgresql", count: 1 }]);
  expect(facets.modes).toEqual([{ name: "application", count: 1 }]);
  expect(facets.organizations).toEqual([{ name: "labring", title: "Labring", count: 1 }]);
  expect(narrow(all, { verified: true }).facets.verified).toBe(1);
});

test("the better match comes first; of equal ones what is installed more, then what is newer", () => {
  const found = [
    { entry: entry("old", { installs: 5 }), score: 10 },
    { entry: entry("new", { installs: 5, updatedAt: "2026-06-01T00:00:00Z" }), score: 10.2 },
    { entry: entry("loved", { installs: 900 }), score: 9.9 },
    { entry: entry("poor", { installs: 100_000 }), score: 1 },
    { entry: entry("exactly"), score: 10 },
  ];
  expect(repos(ranked(found, "Exactly"))).toEqual(["exactly", "loved", "new", "old", "poor"]);
});

test("names are in the order of the reader's language, also after one has changed", () => {
  const alphabet = new Alphabet("zh");
  const all = new Map(["乙", "甲", "b"].map((name) => [`labring.${name}`, entry(name)]));
  alphabet.update(all);
  const names = () => repos(sorted([...all.values()], "name", (each) => alphabet.place(each)));
  const before = names();
  all.set("labring.b", entry("b", { title: "啊" }));
  alphabet.update(all);
  expect(names().indexOf("b")).not.toBe(-1);
  expect(before).toHaveLength(3);
  const collator = new Intl.Collator("zh", { numeric: true });
  const titles = sorted([...all.values()], "name", (each) => alphabet.place(each)).map(
    ({ card }) => card.title,
  );
  expect(titles).toEqual([...titles].sort(collator.compare));
});

test("marks are in the language that is shown", () => {
  const image = entry("pg", { title: "Postgres", i18n: { zh: { title: "数据库" } } });
  expect(marksOf(image, "zh", ["数据"], new Set()).marks.title).toEqual(["", "数据", "库"]);
  expect(marksOf(image, "en", ["数据"], new Set())).toEqual({ marks: {}, complete: false });
});

import { beforeEach, expect, test } from "vitest";
import type { RepositoryCard } from "../../model/repository-views.ts";
import { type Listed, Listing, type ListQuery, marksOf } from "./listing.ts";

const listed = (repo: string, more: Partial<RepositoryCard> = {}, needs: string[] = []): Listed => ({
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
  isPublic: true,
});

const all = new Map<string, Listed>();
let listing: Listing;
beforeEach(() => {
  all.clear();
  listing = new Listing((name) => all.get(name));
});
function set(...entries: Listed[]): void {
  for (const entry of entries) {
    all.set(entry.card.repo, entry);
    listing.changed(entry.card.repo);
  }
}
function page(query: Partial<ListQuery> = {}) {
  const { entries, ...more } = listing.page({
    filters: {},
    sort: "relevance",
    offset: 0,
    limit: 10,
    locale: "en",
    organizations: new Set(),
    ...query,
  });
  return { ...more, repos: entries.map(({ card }) => card.repo) };
}

test("a facet counts what its own filter would leave, within the others", () => {
  set(
    listed("a", { mode: "provider", categories: ["db"], verified: true, signedBy: "sha256:1" }),
    listed("b", { categories: ["db"] }, ["acid.zalan.do/postgresql"]),
    listed("c", { categories: ["blog"], org: "other", orgTitle: "Other" }, ["acid.zalan.do/postgresql"]),
  );
  const { repos, facets } = page({ filters: { needs: "acid.zalan.do/postgresql", category: "db" } });
  expect(repos).toEqual(["b"]);
  expect(facets.categories).toEqual([
    { name: "blog", count: 1 },
    { name: "db", count: 1 },
  ]);
  expect(facets.needs).toEqual([{ name: "acid.zalan.do/postgresql", count: 1 }]);
  expect(facets.modes).toEqual([{ name: "application", count: 1 }]);
  expect(facets.organizations).toEqual([{ name: "labring", title: "Labring", count: 1 }]);
  expect(page({ filters: { verified: true } }).facets.verified).toBe(1);
  expect(page({ filters: { signed: true } })).toMatchObject({ repos: ["a"], facets: { signed: 1 } });
});

test("the better match comes first; of equal ones what is installed more, then what is newer", () => {
  set(
    listed("old", { installs: 5 }),
    listed("new", { installs: 5, updatedAt: "2026-06-01T00:00:00Z" }),
    listed("loved", { installs: 900 }),
    listed("poor", { installs: 100_000 }),
    listed("exactly"),
    listed("not found", { installs: 100_000 }),
  );
  const documents = Uint32Array.from(["old", "new", "loved", "poor", "exactly"], (each) =>
    listing.numberOf(each),
  );
  const found = { query: "Exactly", documents, scores: Float32Array.of(10, 10.2, 9.9, 1, 10) };
  expect(page({ found }).repos).toEqual(["exactly", "loved", "new", "old", "poor"]);
  expect(page({ found, offset: 1, limit: 2 })).toMatchObject({ repos: ["loved", "new"], total: 5 });
});

test("names are in the order of the reader's language, also after one has changed or gone", () => {
  set(...["乙", "甲", "b", "gone"].map((name) => listed(name)));
  expect(page({ sort: "name", locale: "zh" }).repos).toHaveLength(4);
  set(listed("b", { title: "啊" }));
  all.delete("gone");
  listing.changed("gone");
  const collator = new Intl.Collator("zh", { numeric: true });
  const { entries } = listing.page({
    filters: {},
    sort: "name",
    offset: 0,
    limit: 10,
    locale: "zh",
    organizations: new Set(),
  });
  const titles = entries.map(({ card }) => card.title);
  expect(titles).toEqual(["乙", "甲", "啊"].sort(collator.compare));
});

test("what is installed as often is in the order of the alphabet", () => {
  set(listed("b"), listed("a"), listed("c", { installs: 1 }));
  expect(page({ sort: "installs" }).repos).toEqual(["c", "a", "b"]);
});

test("a private repository is listed and counted for its organization's members only, from the moment it is one", () => {
  set(listed("open"), { ...listed("secret", { categories: ["db"] }), isPublic: false });
  expect(page()).toMatchObject({ repos: ["open"], total: 1, facets: { categories: [] } });
  expect(page({ organizations: new Set(["labring"]) }).total).toBe(2);
  set({ ...listed("open"), isPublic: false });
  expect(page().total).toBe(0);
});

test("marks are in the language that is shown", () => {
  const { card } = listed("pg", { title: "Postgres", i18n: { zh: { title: "数据库" } } });
  expect(marksOf(card, "zh", ["数据"], new Set()).marks.title).toEqual(["", "数据", "库"]);
  expect(marksOf(card, "en", ["数据"], new Set())).toEqual({ marks: {}, complete: false });
});

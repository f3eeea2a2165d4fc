import { beforeEach, expect, test } from "vitest";
import { SearchIndex } from "./search-index.ts";
import type { Scores } from "./sheet.ts";

const NAMES = ["postgres", "redis", "kubernetes-dashboard", "metabase"];
const [POSTGRES, REDIS, DASHBOARD, METABASE] = [0, 1, 2, 3];

let index: SearchIndex;
beforeEach(() => {
  index = new SearchIndex();
  index.set({
    number: POSTGRES,
    name: "postgres",
    title: "PostgreSQL",
    keywords: "sql 数据库 关系型",
    description: "The relational database",
  });
  index.set({
    number: REDIS,
    name: "redis",
    title: "Redis",
    keywords: "cache 缓存 键值",
    description: "In-memory data store 内存数据库",
  });
  index.set({
    number: DASHBOARD,
    name: "kubernetes-dashboard",
    title: "Kubernetes Dashboard",
    keywords: "",
    description: "集群管理界面",
  });
});
/** Names, the best match first. */
const best = ({ documents, scores }: Scores) =>
  [...documents.keys()]
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
    .map((at) => NAMES[documents[at] ?? -1]);
const names = (query: string) => best(index.find(query));

test.each([
  ["postgres", "postgres"],
  ["post", "postgres"],
  ["PostgreSQL", "postgres"],
  ["postgers", "postgres"],
  ["dashboard", "kubernetes-dashboard"],
  ["关系", "postgres"],
  ["缓存", "redis"],
  ["集群管理", "kubernetes-dashboard"],
  ["管理界面", "kubernetes-dashboard"],
])("%s finds %s first", (query, id) => {
  expect(names(query)[0]).toBe(id);
});

test("every word of a query must match", () => {
  expect(names("relational cache")).toEqual([]);
});

test("a match in the keywords comes before one in the description", () => {
  expect(names("数据库")).toEqual(["postgres", "redis"]);
});

test("what is deleted is found no more, and what is replaced is found by its new words", () => {
  index.delete(REDIS);
  index.set({ number: POSTGRES, name: "postgres", title: "Elephant", keywords: "", description: "" });
  expect(names("redis")).toEqual([]);
  expect(names("elephant")).toEqual(["postgres"]);
});

test("a query without a match still has neighbours", () => {
  expect(names("kubernets-dashbord-xyz")).toEqual([]);
  expect(best(index.nearest("kubernets dashbord xyz"))).toContain("kubernetes-dashboard");
});

test("words of a README are found below what the card says, with the piece where they stand", () => {
  index.setReadme(REDIS, ["Keeps sessions of a relational kind in memory", "会话存放在内存里"]);
  expect(names("relational")).toEqual(["postgres", "redis"]);
  expect(names("sesions")).toEqual(["redis"]);
  const { typed, meant } = index.find("sesions");
  expect(index.snippet(REDIS, typed, meant)).toEqual([
    "Keeps ",
    "sessions",
    " of a relational kind in memory",
  ]);
  const chinese = index.find("会话");
  expect(index.snippet(REDIS, chinese.typed, chinese.meant)).toEqual(["", "会话", "存放在内存里"]);
});

test("a word that a card holds is not taken for an error", () => {
  index.set({ number: METABASE, name: "metabase", title: "Metabase", keywords: "", description: "" });
  expect(names("database")).toEqual(["postgres"]);
  expect(names("metabse")).toEqual(["metabase"]);
});

test("a query's words may stand in the card and in the README", () => {
  index.setReadme(REDIS, ["Keeps sessions"]);
  expect(names("redis sessions")).toEqual(["redis"]);
});

test("a README that is taken away is found no more", () => {
  index.setReadme(REDIS, ["Keeps sessions"]);
  index.setReadme(REDIS, []);
  expect(names("sessions")).toEqual([]);
  index.delete(REDIS);
  index.delete(REDIS);
  expect(names("redis")).toEqual([]);
});

test("what was changed and taken away weighs nothing afterwards", () => {
  const fresh = index.find("database").scores;
  index.set({ number: METABASE, name: "metabase", title: "Database", keywords: "", description: "" });
  index.setReadme(REDIS, ["A database as well"]);
  index.setReadme(REDIS, ["A database, but not like others"]);
  expect(index.find("database").scores).not.toEqual(fresh);
  index.delete(METABASE);
  index.setReadme(REDIS, []);
  expect(index.find("database").scores).toEqual(fresh);
});

import { beforeEach, expect, test } from "vitest";
import { SearchIndex } from "./search-index.ts";

let index: SearchIndex;
beforeEach(() => {
  index = new SearchIndex();
  index.set({
    id: "labring.postgres",
    name: "postgres",
    title: "PostgreSQL",
    keywords: "sql 数据库 关系型",
    description: "The relational database",
  });
  index.set({
    id: "labring.redis",
    name: "redis",
    title: "Redis",
    keywords: "cache 缓存 键值",
    description: "In-memory data store 内存数据库",
  });
  index.set({
    id: "labring.kubernetes-dashboard",
    name: "kubernetes-dashboard",
    title: "Kubernetes Dashboard",
    keywords: "",
    description: "集群管理界面",
  });
});
const ids = (query: string) => index.find(query).hits.map(({ id }) => id);

test.each([
  ["postgres", "labring.postgres"],
  ["post", "labring.postgres"],
  ["PostgreSQL", "labring.postgres"],
  ["postgers", "labring.postgres"],
  ["dashboard", "labring.kubernetes-dashboard"],
  ["关系", "labring.postgres"],
  ["缓存", "labring.redis"],
  ["集群管理", "labring.kubernetes-dashboard"],
  ["管理界面", "labring.kubernetes-dashboard"],
])("%s finds %s first", (query, id) => {
  expect(ids(query)[0]).toBe(id);
});

test("every word of a query must match", () => {
  expect(ids("relational cache")).toEqual([]);
});

test("a match in the keywords comes before one in the description", () => {
  expect(ids("数据库")).toEqual(["labring.postgres", "labring.redis"]);
});

test("what is deleted is found no more, and what is replaced is found by its new words", () => {
  index.delete("labring.redis");
  index.set({ id: "labring.postgres", name: "postgres", title: "Elephant", keywords: "", description: "" });
  expect(ids("redis")).toEqual([]);
  expect(ids("elephant")).toEqual(["labring.postgres"]);
});

test("a query without a match still has neighbours", () => {
  expect(ids("kubernets-dashbord-xyz")).toEqual([]);
  expect(index.nearest("kubernets dashbord xyz").map(({ id }) => id)).toContain(
    "labring.kubernetes-dashboard",
  );
});

test("words of a README are found below what the card says, with the piece where they stand", () => {
  index.setReadme("labring.redis", ["Keeps sessions of a relational kind in memory", "会话存放在内存里"]);
  expect(ids("relational")).toEqual(["labring.postgres", "labring.redis"]);
  expect(ids("sesions")).toEqual(["labring.redis"]);
  const { typed, meant } = index.find("sesions");
  expect(index.snippet("labring.redis", typed, meant)).toEqual([
    "Keeps ",
    "sessions",
    " of a relational kind in memory",
  ]);
  const chinese = index.find("会话");
  expect(index.snippet("labring.redis", chinese.typed, chinese.meant)).toEqual(["", "会话", "存放在内存里"]);
});

test("a word that a card holds is not taken for an error", () => {
  index.set({ id: "labring.metabase", name: "metabase", title: "Metabase", keywords: "", description: "" });
  expect(ids("database")).toEqual(["labring.postgres"]);
  expect(ids("metabse")).toEqual(["labring.metabase"]);
});

test("a query's words may stand in the card and in the README", () => {
  index.setReadme("labring.redis", ["Keeps sessions"]);
  expect(ids("redis sessions")).toEqual(["labring.redis"]);
});

test("a README that is taken away is found no more", () => {
  index.setReadme("labring.redis", ["Keeps sessions"]);
  index.setReadme("labring.redis", []);
  expect(ids("sessions")).toEqual([]);
  index.delete("labring.redis");
  index.delete("labring.redis");
  expect(ids("redis")).toEqual([]);
});

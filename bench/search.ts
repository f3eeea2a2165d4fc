// Search over ten thousand repositories with READMEs: how long the index takes, what it holds, how long a query waits.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Informer } from "../lib/cluster/index.ts";
import { Catalogue } from "../lib/hub/catalogue.ts";
import type { Informers } from "../lib/hub/informers.ts";
import { ContentStore } from "../lib/images/index.ts";
import { API_VERSION, type Repository } from "../lib/model/resources.ts";
import { quantile } from "./lib/quantile.ts";

const REPOSITORIES = Number(process.env.BENCH_REPOSITORIES ?? 10_000);
/** As many as the page asks for. */
const PAGE = 40;
const QUERIES = Number(process.env.BENCH_QUERIES ?? 1_000);
const ENGLISH =
  "database relational cluster storage backup restore monitor dashboard message queue cache search engine vector model chat video stream photo album note wiki blog content editor board kanban planner calendar mail gateway proxy router network security password vault identity login single sign metrics traces logs alert report chart analytics pipeline workflow automation robot home media music podcast library book reader document office sheet slide whiteboard design diagram code repository build deploy test package registry artifact container volume snapshot replica primary standby failover shard partition index query document graph time series event source sink connector".split(
    " ",
  );
const CHINESE =
  "数据库 关系型 集群 存储 备份 恢复 监控 仪表盘 消息 队列 缓存 搜索引擎 向量 模型 聊天 视频 直播 相册 笔记 知识库 博客 内容管理 编辑器 看板 日历 邮件 网关 代理 网络 安全 密码 身份认证 指标 日志 告警 报表 数据分析 流水线 工作流 自动化 家庭 影音 音乐 图书馆 文档 办公 白板 设计 代码 仓库 构建 部署 测试 镜像 容器 快照 副本 主节点 故障转移 分片".split(
    " ",
  );

/** The same numbers at each run (Lehmer's generator). */
let state = 20_26;
const random = () => {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
};
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * random() * list.length)] as T;
const several = (list: readonly string[], count: number) => Array.from({ length: count }, () => pick(list));
/** Names that nobody else has, as READMEs are full of. */
const rare = () => `x${Math.floor(random() * 200_000).toString(36)}`;

/** Words that are made up, as rare as most words are. */
const VOCABULARY = [
  ...ENGLISH,
  ...Array.from(
    { length: 4_000 },
    (_, at) => `${ENGLISH[at % ENGLISH.length]?.slice(0, 3)}${(at * 7919).toString(36)}`,
  ),
];

function repository(at: number): Repository {
  const name = `${pick(ENGLISH)}-${pick(ENGLISH)}-${at}`;
  const english = () => `${several(VOCABULARY, 60).join(" ")} ${rare()} ${rare()} ${rare()}.`;
  return {
    apiVersion: API_VERSION,
    kind: "Repository",
    metadata: { name: `org${at % 200}.${name}`, resourceVersion: "1" },
    spec: {
      organization: `org${at % 200}`,
      repository: name,
      title: several(ENGLISH, 2).join(" "),
      description: several(VOCABULARY, 12).join(" "),
      keywords: several(ENGLISH, 4),
      categories: [pick(ENGLISH)],
      i18n: { zh: { title: several(CHINESE, 2).join(""), description: several(CHINESE, 8).join("") } },
      readmes: {
        en: Array.from({ length: 10 }, (_, part) => `## Part ${part}\n\n${english()}`).join("\n\n"),
        zh: Array.from({ length: 10 }, () => `## 介绍\n\n${several(CHINESE, 30).join("，")}`).join("\n\n"),
      },
    },
    status: { mode: at % 7 ? "application" : "provider", installs: Math.floor(1 / (random() + 1e-4)) },
  } as Repository;
}

/** What an informer is to the catalogue, filled at once. */
function informer<T extends { metadata: { name: string } }>(items: T[]) {
  const byName = new Map(items.map((item) => [item.metadata.name, item]));
  const subscribers: ((event: { type: "added"; object: T }) => void)[] = [];
  return {
    list: () => items,
    get: (_: unknown, name: string) => byName.get(name),
    subscribe: (subscriber: (typeof subscribers)[number]) => subscribers.push(subscriber),
    fill: () => {
      for (const object of items) for (const tell of subscribers) tell({ type: "added", object });
    },
  };
}

/** As people mistype: two letters change places, one is missing, one is there twice, one is another. */
function mistyped(word: string): string {
  const at = 1 + Math.floor(random() * Math.max(1, word.length - 2));
  const [before, here, next, rest] = [
    word.slice(0, at),
    word[at] ?? "",
    word[at + 1] ?? "",
    word.slice(at + 2),
  ];
  const ways = [`${next}${here}`, next, `${here}${here}${next}`, `q${next}`];
  return `${before}${pick(ways)}${rest}`;
}

/** What one person asks for: each query that the page sends while they type, in turn. */
function asked(at: number): string[] {
  const word = pick(ENGLISH);
  const kinds = [
    () => [word],
    () => Array.from(word, (_, length) => word.slice(0, length + 1)),
    () => [mistyped(word)],
    () => [several(ENGLISH, 2).join(" ")],
    () => [pick(CHINESE)],
    () => [several(CHINESE, 2).join("")],
    () => [rare()],
    () => [`${word} ${pick(CHINESE)}`],
    () => [several(ENGLISH, 4).join(" ")],
    () => [`${word} ${mistyped(pick(ENGLISH))}`],
  ];
  return kinds[at % kinds.length]?.() ?? [];
}

const dir = await mkdtemp(join(tmpdir(), "hub-bench-search-"));
const all = informer(Array.from({ length: REPOSITORIES }, (_, at) => repository(at)));
const nothing = informer([]);
const catalogue = new Catalogue(
  {
    hub: (kind: string) => (kind === "Repository" ? all : nothing) as unknown as Informer<never>,
  } as unknown as Informers,
  new ContentStore(dir),
  (error) => process.stderr.write(`${String(error)}\n`),
);
try {
  const before = process.memoryUsage();
  let longest = 0;
  let turn = performance.now();
  const clock = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - turn);
    turn = now;
  }, 1);
  const began = performance.now();
  all.fill();
  await catalogue.list("alice", { q: "database" }, "en");
  const cards = performance.now() - began;
  turn = performance.now();
  longest = 0;
  const { readmes, bytes } = await catalogue.searchable();
  const seconds = (performance.now() - began) / 1000;
  clearInterval(clock);
  const resident = (process.memoryUsage().rss - before.rss) / 2 ** 20;
  const print = (what: string, figure: string) => process.stdout.write(`${what.padEnd(52)} ${figure}\n`);
  print(`${REPOSITORIES} repositories, names and titles found after`, `${(cards / 1000).toFixed(1)} s`);
  print(`${readmes} READMEs in two languages indexed after`, `${seconds.toFixed(1)} s`);
  print("longest wait of the web server's other work meanwhile", `${longest.toFixed(0)} ms`);
  print(
    "memory of the index",
    `${(bytes / 2 ** 20).toFixed(0)} MiB (whole process: ${resident.toFixed(0)} MiB more)`,
  );
  const queries = Array.from({ length: QUERIES }, (_, at) => asked(at))
    .flat()
    .slice(0, QUERIES);
  const waits: number[] = [];
  // On a machine that others use, a wait is mostly theirs; what all threads of this process worked is its own.
  const work: number[] = [];
  const slow: [number, string][] = [];
  for (const [at, q] of queries.entries()) {
    const used = process.cpuUsage();
    const started = performance.now();
    await catalogue.list("alice", { q, limit: PAGE }, at % 2 ? "en" : "zh");
    const took = performance.now() - started;
    const { user, system } = process.cpuUsage(used);
    waits.push(took);
    work.push((user + system) / 1000);
    slow.push([took, q]);
  }
  const quantiles = (times: number[]) => {
    times.sort((a, b) => a - b);
    const ms = (part: number) => quantile(times, part).toFixed(1);
    return `median ${ms(0.5)} ms, p99 ${ms(0.99)} ms, worst ${ms(1)} ms`;
  };
  print(`${QUERIES} queries, with facets, marks and snippets`, `${quantiles(waits)}   (p99 at most 20)`);
  print("processor time of a query, in all threads", quantiles(work));
  if (process.env.BENCH_SLOW)
    for (const [took, q] of slow.sort((a, b) => b[0] - a[0]).slice(0, 15)) print(`  ${q}`, took.toFixed(1));
} finally {
  catalogue.stop();
  await rm(dir, { recursive: true, force: true });
}

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Cluster } from "../lib/cluster/index.ts";
import { connectionView } from "../lib/hub/connection.ts";
import { commandObjects } from "../lib/install/command/objects.ts";
import type { KubernetesObject } from "../lib/model/kubernetes.ts";
import { commandOf, contentOf, type Instance, instance, refusal } from "./actions.test-support.ts";

/** Each kind's connection test, run with programs that stand for the clients and say what the real ones say. */
const PASSWORD = "s3s4me'\"$(id) x";

interface Case {
  provider: string;
  kind: string;
  client: string;
  change?: object;
  image: string;
  user: string;
  /** The client's words when all is well, and what people read then. */
  good: string;
  told: string[];
  /** What else clients say, and the sentence that people read. */
  bad: [said: string, status: number, sentence: RegExp][];
}

const redis: Omit<Case, "kind"> = {
  provider: "redis",
  client: "redis-cli",
  image: "quay.io/opstree/redis:v7.0.15",
  user: "default",
  good: "PONG\n# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n",
  told: ["Server: Redis 7.0.15", "TLS: no"],
  bad: [
    ["Could not connect to Redis at h:6379: Name does not resolve", 1, /^The name \S+ is not resolved/],
    ["Could not connect to Redis at h:6379: Name or service not known", 1, /^The name \S+ is not resolved/],
    ["Could not connect to Redis at h:6379: Connection refused", 1, /refused the connection/],
    ["", 124, /timed out/],
    ["", 143, /timed out/],
    [
      "AUTH failed: WRONGPASS invalid username-password pair or user is disabled.\nNOAUTH Authentication required.",
      0,
      /does not take the password/,
    ],
    [
      "AUTH failed: ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?\nPONG\nredis_version:7.0.15",
      0,
      /has no password/,
    ],
    ["LOADING Redis is loading the dataset in memory", 0, /is loading its data/],
    ["PONG", 0, /failed: PONG/],
    ["\nError: Server closed the connection", 1, /failed: Error: Server closed the connection$/],
  ],
};

const users: Record<string, string> = { postgresql: "postgres", redis: "default" };

/** What is alike in all engines of KubeBlocks. */
function kubeblocks(engine: string, client: string, image: string) {
  return {
    ...{ provider: "kubeblocks", kind: "Cluster", client, image: `docker.io/library/${image}` },
    ...{ user: users[engine] ?? "root", change: { spec: { clusterDefinitionRef: engine } } },
  };
}

/** One sentence stands there for all that a server says while it comes up. */
function asStarting([said, status, sentence]: Case["bad"][number]): Case["bad"][number] {
  return [said, status, said.startsWith("LOADING") ? /is starting or stopping/ : sentence];
}

const cases: Case[] = [
  {
    provider: "postgres",
    kind: "postgresql",
    client: "psql",
    image: "ghcr.io/zalando/spilo-17:4.0-p3",
    user: "postgres",
    good: "Server: PostgreSQL 17.5 (Ubuntu 17.5-1)\nTLS: TLSv1.3, TLS_AES_256_GCM_SHA384\n1\nTime: 0.412 ms\n",
    told: [
      "Server: PostgreSQL 17.5 (Ubuntu 17.5-1)",
      "TLS: TLSv1.3, TLS_AES_256_GCM_SHA384",
      "Round trip: 0.412 ms",
    ],
    bad: [
      [
        'psql: error: could not translate host name "h" to address: Name or service not known',
        2,
        /^The name \S+ is not resolved/,
      ],
      [
        'psql: error: connection to server at "h" (10.0.0.1), port 5432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?',
        2,
        /refused the connection/,
      ],
      [
        'psql: error: connection to server at "h" (10.0.0.1), port 5432 failed: timeout expired',
        2,
        /timed out/,
      ],
      ["", 124, /timed out/],
      [
        'psql: error: connection to server at "h" (10.0.0.1), port 5432 failed: FATAL:  password authentication failed for user "postgres"',
        2,
        /does not take the password of postgres/,
      ],
      [
        'psql: error: connection to server at "h" (10.0.0.1), port 5432 failed: server does not support SSL, but SSL was required',
        2,
        /offers no TLS/,
      ],
      ["psql: error: FATAL:  the database system is starting up", 2, /is starting or stopping/],
      ["psql: error: FATAL:  sorry, too many clients already", 2, /no connection left/],
      ["1", 0, /failed: 1$/],
      ["psql: error: something new\n\thint", 2, /failed: something new$/],
    ],
  },
  {
    provider: "mysql",
    kind: "InnoDBCluster",
    client: "mysql",
    image: "container-registry.oracle.com/mysql/community-server:8.4.7",
    user: "root",
    good: "1\n--------------\nmysql  Ver 8.4.7\n\nConnection id:\t\t7\nSSL:\t\t\tCipher in use is TLS_AES_128_GCM_SHA256\nServer version:\t\t8.4.7 MySQL Community Server - GPL\nTCP port:\t\t3306\n",
    told: ["Server: MySQL 8.4.7 MySQL Community Server - GPL", "TLS: TLS_AES_128_GCM_SHA256"],
    bad: [
      ["ERROR 2005 (HY000): Unknown MySQL server host 'h' (-2)", 1, /^The name \S+ is not resolved/],
      ["ERROR 2003 (HY000): Can't connect to MySQL server on 'h:3306' (111)", 1, /refused the connection/],
      ["ERROR 2003 (HY000): Can't connect to MySQL server on 'h:3306' (110)", 1, /timed out/],
      ["", 124, /timed out/],
      [
        "ERROR 1045 (28000): Access denied for user 'root'@'10.0.0.9' (using password: YES)",
        1,
        /does not take the password of root/,
      ],
      [
        "ERROR 2003 (HY000): Can't connect to remote MySQL server for client connected to '0.0.0.0:6446'",
        1,
        /no server of the cluster is online/,
      ],
      ["ERROR 1040 (HY000): Too many connections", 1, /no connection left/],
      ["", 127, /failed: the client ended with 127$/],
      ["1", 0, /failed: 1$/],
    ],
  },
  { ...redis, kind: "Redis" },
  { ...redis, kind: "RedisReplication" },
  {
    ...kubeblocks("postgresql", "psql", "postgres:16"),
    good: "Server: PostgreSQL 14.8 (Debian 14.8-1)\nTLS: no\n",
    told: ["Server: PostgreSQL 14.8 (Debian 14.8-1)", "TLS: no"],
    bad: [
      [
        'psql: error: could not translate host name "h" to address: Name or service not known',
        2,
        /^The name \S+ is not resolved/,
      ],
      ["psql: error: connection to server failed: timeout expired", 2, /timed out/],
      ["psql: error: FATAL:  the database system is starting up", 2, /is starting or stopping/],
      ["psql: error: FATAL:  sorry, too many clients already", 2, /no connection left/],
      ["psql: error: something new\n\thint", 2, /failed: something new$/],
    ],
  },
  {
    ...kubeblocks("apecloud-mysql", "mysql", "mysql:8.0"),
    good: "Server: MySQL 8.0.30\nSsl_cipher\tTLS_AES_128_GCM_SHA256\n",
    told: ["Server: MySQL 8.0.30", "TLS: TLS_AES_128_GCM_SHA256"],
    bad: [
      ["ERROR 2005 (HY000): Unknown MySQL server host 'h' (-2)", 1, /^The name \S+ is not resolved/],
      ["ERROR 2003 (HY000): Can't connect to MySQL server on 'h:3306' (111)", 1, /refused the connection/],
      ["ERROR 2003 (HY000): Can't connect to MySQL server on 'h:3306' (110)", 1, /timed out/],
      ["", 127, /failed: the client ended with 127$/],
    ],
  },
  {
    ...kubeblocks("mongodb", "mongosh", "mongo:6.0"),
    good: "Round trip: 12\nServer: MongoDB 6.0.16\n",
    told: ["Server: MongoDB 6.0.16", "TLS: no", "Round trip: 12 ms, connecting included"],
    bad: [
      ["MongoNetworkError: getaddrinfo ENOTFOUND h", 1, /^The name \S+ is not resolved/],
      ["MongoNetworkError: connect ECONNREFUSED 10.0.0.1:27017", 1, /refused the connection/],
      ["MongoServerError: Authentication failed.", 1, /does not take the password of root/],
      ["MongoServerSelectionError: Server selection timed out after 10000 ms", 1, /timed out/],
      ["", 124, /timed out/],
      ["MongoServerError: something new", 1, /failed: MongoServerError: something new$/],
    ],
  },
  {
    ...kubeblocks("redis", "redis-cli", "redis:7.2"),
    ...{ good: redis.good, told: redis.told },
    bad: redis.bad.filter(([said]) => !/without any password/.test(said)).map(asStarting),
  },
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "connection-"));
  // The client keeps how it was called and what it was asked; psql is asked by its arguments alone.
  const client = `#!/bin/bash
cd "$(dirname "$0")"
printf '%s\\n' "$*" > asked
printf '%s' "\${0##*/}" > called
[ "\${0##*/}" = psql ] || cat >> asked
env > given
cat said
exit "$(cat status)"
`;
  for (const name of ["psql", "mysql", "redis-cli", "mongosh"])
    await writeFile(join(folder, name), client, { mode: 0o755 });
  const timeout = '#!/bin/bash\necho "$1" > "$(dirname "$0")/limit"\nshift\nexec "$@"\n';
  await writeFile(join(folder, "timeout"), timeout, { mode: 0o755 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = (file: string) => readFile(join(folder, file), "utf8");

/** What Secrets hold of these cases. */
const secretText = (user: string, key: string) =>
  ({ host: "shop-data.ns-a.svc", port: "1234" })[key] ?? (/user/i.test(key) ? user : PASSWORD);

/** What the connection card shows, by the names of its fields. */
async function cardOf({ provider, kind, user }: Case, object: Instance): Promise<Record<string, string>> {
  const declared = contentOf(provider).provider?.instances.find((each) => each.kind === kind);
  if (!declared) throw new Error(`${provider} declares no ${kind}`);
  const cluster = Cluster.at("http://127.0.0.1:9");
  const data = new Proxy({}, { get: (_, key: string) => btoa(secretText(user, key)) });
  cluster.get = async <T>() => ({ data }) as T;
  const { fields } = await connectionView(cluster, declared, object, "en");
  return Object.fromEntries(fields.map(({ name, value }) => [name, value]));
}

/** Runs the script with the variables that the action names, and nothing else; a variable that is not named ends it. */
async function run(object: Instance, { provider, user }: Case, said: string, status = 0) {
  const { own, script } = await commandOf(provider, object, "test-connection");
  const secrets = Object.entries(own.secrets).map(([name, { key }]) => [name, secretText(user, key)]);
  await rm(join(folder, "limit"), { force: true });
  await writeFile(join(folder, "said"), said);
  await writeFile(join(folder, "status"), String(status));
  const env = { ...own.env, ...Object.fromEntries(secrets), PATH: `${folder}:${process.env.PATH}` };
  return new Promise<{ code: number; lines: string[]; noise: string }>((resolve) => {
    const child = execFile(
      "bash",
      ["--norc", "-euc", script.script],
      { cwd: folder, env },
      (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), lines: stdout.trimEnd().split("\n"), noise: stderr }),
    );
    child.stdin?.end();
  });
}

describe.each(cases)("the connection test of $provider's $kind with $client", (each) => {
  const { provider, kind, change, client, image, user, good, told, bad } = each;
  const object = () => instance(provider, kind, change);

  it("connects where the connection card says, as whom it says", async () => {
    const shop = await object();
    const card = await cardOf(each, shop);
    const { lines } = await run(shop, each, good);
    expect(lines.slice(0, 3)).toEqual([`Host: ${card.host}`, `Port: ${card.port}`, `User: ${user}`]);
    expect(await read("given")).toContain(`=${card.host}\n`);
    expect([card.user ?? user, card.password]).toEqual([user, PASSWORD]);
  });

  it("tells version, encryption and round trip when all is well, and asks nothing but that", async () => {
    const { code, lines, noise } = await run(await object(), each, good);
    expect([code, noise]).toEqual([0, ""]);
    for (const line of told) expect(lines).toContain(line);
    expect(lines).toContainEqual(expect.stringMatching(/^Round trip: [0-9.]+ ms/));
    expect(lines.at(-1)).toBe("The connection works.");
    expect(Number(await read("limit"))).toBeLessThanOrEqual(20);
    // redis-cli has no limit of its own.
    if (client !== "redis-cli")
      expect((await read("given")) + (await read("asked"))).toMatch(
        /PGCONNECT_TIMEOUT=10\b|--connect-timeout=10\b|TimeoutMS=10000\b/,
      );
    expect(await read("asked")).not.toMatch(/insert|update|delete|create|alter|drop|set |flush|config/i);
  });

  it.each(bad)("says in one sentence what is wrong at %j (exit %d)", async (said, status, sentence) => {
    const { code, lines, noise } = await run(await object(), each, said, status);
    expect([code, noise]).toEqual([1, ""]);
    expect(lines).toHaveLength(4);
    expect(lines[3]).toMatch(sentence);
  });

  it("keeps the password out of the script, the command line and the output", async () => {
    const { script } = await commandOf(provider, await object(), "test-connection");
    const { lines } = await run(await object(), each, good);
    for (const text of [script.script, JSON.stringify(script.env), await read("asked"), lines.join()])
      expect(text).not.toContain(PASSWORD);
    expect(await read("given")).toContain(`=${PASSWORD}\n`);
  });

  it("is a job in the server's image, with the Secret's keys as variables and no account", async () => {
    const { own, script } = await commandOf(provider, await object(), "test-connection");
    expect(own.image).toBe(image);
    const objects = await commandObjects({
      ...{ name: "run", namespace: "ns-a", account: "app", runnerImage: own.image, seconds: 60, script },
      secrets: own.secrets,
    });
    const [config, , job] = objects as [KubernetesObject, KubernetesObject, { spec: Job }];
    const { spec } = job.spec.template;
    expect(spec.automountServiceAccountToken).toBe(false);
    expect(spec.containers).toMatchObject([{ image, command: ["bash", "/hub/run.sh"] }]);
    const given = spec.containers[0]?.env.filter(({ valueFrom }) => valueFrom) ?? [];
    expect(given.length).toBe(Object.keys(own.secrets).length);
    for (const { valueFrom } of given)
      expect(Object.keys(valueFrom?.secretKeyRef ?? {}).sort()).toEqual(["key", "name"]);
    expect((config as { data?: object }).data).toHaveProperty(["command.sh"], script.script);
    await run(await object(), each, good);
    expect(await read("called")).toBe(client);
  });
});

interface Job {
  template: {
    spec: {
      automountServiceAccountToken: boolean;
      containers: { env: { name: string; valueFrom?: { secretKeyRef: object } }[] }[];
    };
  };
}

describe("the connection test", () => {
  it("of PostgreSQL takes the image of the cluster, else the one that the operator is set to", async () => {
    const imageOf = async (change?: object) =>
      (await commandOf("postgres", await instance("postgres", "postgresql", change), "test-connection")).own
        .image;
    const operator = await readFile(new URL("postgres/manifests/20-operator.yaml", import.meta.url), "utf8");
    expect(operator).toContain(`docker_image: ${await imageOf()}\n`);
    expect(await imageOf({ spec: { dockerImage: "mirror.test/spilo:9" } })).toBe("mirror.test/spilo:9");
  });

  it("of MySQL without a router connects to the servers, and so does its card", async () => {
    const bare = await instance("mysql", "InnoDBCluster", { spec: { router: { instances: 0 } } });
    const { own } = await commandOf("mysql", bare, "test-connection");
    expect(own.env.MYSQL_HOST).toBe("shop-instances.ns-a.svc");
    const mysql = cases.find(({ provider }) => provider === "mysql") as Case;
    expect((await cardOf(mysql, bare)).host).toBe("shop-instances.ns-a.svc");
  });

  it("of Redis gives no password where there is none, and speaks TLS where the server does", async () => {
    const each = { ...redis, kind: "Redis" };
    const open = await instance("redis", "Redis", { spec: { kubernetesConfig: { redisSecret: null } } });
    expect((await run(open, each, redis.good)).code).toBe(0);
    expect(await read("given")).not.toContain("REDISCLI_AUTH");
    expect(await read("asked")).not.toContain("--tls");
    const TLS = { secret: { secretName: "shop-tls" } };
    const { lines } = await run(await instance("redis", "Redis", { spec: { TLS } }), each, redis.good);
    expect(await read("asked")).toContain("--tls --insecure");
    expect(lines).toContain("TLS: yes, the certificate is not checked");
  });

  it("shows users' names, and no passwords", async () => {
    for (const { provider, kind } of cases) {
      const { own } = await commandOf(provider, await instance(provider, kind), "test-connection");
      for (const [name, { key }] of Object.entries(own.secrets))
        expect([name, own.shown.has(name)]).toEqual([name, /user|host|port/i.test(key)]);
    }
  });

  it("of KubeBlocks speaks TLS to Redis and MongoDB where the component does", async () => {
    for (const engine of ["redis", "mongodb"]) {
      const each = cases.find(({ change }) => change && JSON.stringify(change).includes(engine)) as Case;
      const componentSpecs = [{ name: engine, componentDefRef: engine, replicas: 1, tls: true }];
      const spec = { clusterDefinitionRef: engine, componentSpecs };
      const { lines } = await run(await instance("kubeblocks", "Cluster", { spec }), each, each.good);
      expect((await read("asked")) + (await read("given"))).toMatch(/--tls --insecure|DB_TLS=yes/);
      expect(lines).toContain("TLS: yes, the certificate is not checked");
    }
  });

  it("of KubeBlocks is refused for engines that it has no client of, by their name", async () => {
    const of = (change: object) => instance("kubeblocks", "Cluster", { spec: change });
    const kafka = await refusal("kubeblocks", await of({ clusterDefinitionRef: "kafka" }), "test-connection");
    expect(kafka.message).toBe("PostgreSQL, MySQL, MongoDB and Redis can be tested here; shop is kafka.");
    const bare = await refusal("kubeblocks", await of({ clusterDefinitionRef: null }), "test-connection");
    expect(bare.message).toContain("shop is another engine");
  });

  it("of KubeBlocks is for every engine that the form offers", async () => {
    const kind = contentOf("kubeblocks").provider?.instances.find((each) => each.kind === "Cluster");
    const properties = kind?.form.properties as { engine: { enum: string[] } } | undefined;
    const tested = JSON.stringify(cases.map(({ change }) => change));
    expect(properties?.engine.enum.length).toBeGreaterThan(0);
    for (const engine of properties?.engine.enum ?? [])
      expect(tested).toContain(JSON.stringify({ spec: { clusterDefinitionRef: engine } }));
  });
});

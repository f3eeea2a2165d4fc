import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../tools/cluster/ports.ts";
import { type DatabaseServer, databasesMissing, startDatabase } from "../tools/databases/index.ts";
import { commandOf, instance } from "./actions.test-support.ts";
import { runScript } from "./scripts.test-support.ts";

/** The connection tests of the providers with their real clients, against real servers. */
const PASSWORD = "it's \"$(id)` \\ 家";

interface Case {
  provider: string;
  kind: string;
  change?: object;
  server: "mariadb" | "postgres" | "redis";
  /** Variables that say where the server is, and its password. */
  env(port: number, password: string, host?: string): Record<string, string>;
  good: RegExp[];
  wrong: RegExp;
  refused: RegExp;
  unknown: RegExp;
}

const CASES: Case[] = [
  {
    provider: "postgres",
    kind: "postgresql",
    server: "postgres",
    env: (port, password, host = "127.0.0.1") => ({
      ...{ PGHOST: host, PGPORT: String(port), PGPASSWORD: password, PGUSER: "postgres" },
    }),
    good: [/^Server: PostgreSQL \d+/, /^TLS: TLSv1\.[23], \S+$/, /^Round trip: [\d.]+ ms/],
    wrong: /^The server at \S+ does not take the password of postgres that is in the Secret\.$/,
    refused: /refused the connection: no server is ready behind this address\.$/,
    unknown: /^The name nowhere\.invalid is not resolved/,
  },
  {
    provider: "redis",
    kind: "Redis",
    server: "redis",
    env: (port, password, host = "127.0.0.1") => ({
      ...{ REDIS_HOST: host, REDIS_PORT: String(port), REDISCLI_AUTH: password },
    }),
    good: [/^Server: Redis \d+\.\d+/, /^TLS: no$/, /^Round trip: \d+ ms/],
    wrong: /^The server at \S+ does not take the password that is in the Secret\.$/,
    refused: /refused the connection: no server is ready behind this address\.$/,
    unknown: /^The name nowhere\.invalid is not resolved/,
  },
  {
    provider: "mysql",
    kind: "InnoDBCluster",
    server: "mariadb",
    env: (port, password, host = "127.0.0.1") => ({
      ...{ MYSQL_HOST: host, MYSQL_TCP_PORT: String(port), MYSQL_PWD: password, ADMIN: "root" },
    }),
    good: [/^Server: MySQL \d+\.\d+\.\d+/, /^TLS: no$/, /^Round trip: \d+ ms/],
    wrong: /^The server at \S+ does not take the password of root that is in the Secret\.$/,
    // MariaDB's client numbers these two otherwise than MySQL's: they pass on as it says them.
    refused: /^The connection to \S+ failed: ERROR 2002 .*Can't connect/,
    unknown: /^The connection to \S+ failed: ERROR 2005 .*Unknown server host/,
  },
];
const KUBEBLOCKS: Record<string, Pick<Case, "server"> & { user: string }> = {
  postgresql: { server: "postgres", user: "postgres" },
  redis: { server: "redis", user: "default" },
  "apecloud-mysql": { server: "mariadb", user: "root" },
};
/** With the same servers, and with what else their providers' tests are told by them. */
for (const [engine, { server, user }] of Object.entries(KUBEBLOCKS)) {
  const alike = CASES.find((each) => each.server === server) as Case;
  CASES.push({
    ...{
      ...alike,
      provider: "kubeblocks",
      kind: "Cluster",
      change: { spec: { clusterDefinitionRef: engine } },
    },
    env: (port, password, host = "127.0.0.1") => ({
      ...{ DB_HOST: host, DB_PORT: String(port), DB_USER: user, DB_PASSWORD: password },
    }),
    good: [...alike.good.slice(0, 2), /^Round trip: \d+ ms/],
    wrong: new RegExp(`^The server at \\S+ does not take the password of ${user} that is in the Secret\\.$`),
  });
}
const missing = databasesMissing("mariadb", "postgres", "redis");
if (missing) process.stderr.write(`${missing}\n`);

describe.skipIf(missing !== undefined)("the connection test with a real server and client", () => {
  describe.each(CASES)("of $provider's $kind on $server", (each) => {
    let server: DatabaseServer;
    let first = "";
    const said = async (env: Record<string, string>) => {
      const { script } = await commandOf(
        each.provider,
        await instance(each.provider, each.kind, each.change),
        "test-connection",
      );
      const shims: Record<string, string> =
        each.server === "mariadb" ? { mysql: '#!/bin/sh\nexec mariadb "$@"\n' } : {};
      const { code, lines, noise } = await runScript(script.script, { ...script.env, ...env }, shims);
      expect(noise).toBe("");
      expect(lines.join("\n")).not.toContain(PASSWORD);
      return { code, lines, last: lines.at(-1) };
    };
    beforeAll(async () => {
      server = await startDatabase(each.server, PASSWORD);
      first = each.server === "mariadb" ? "" : PASSWORD;
    });
    afterAll(() => server?.stop());

    it("tells version, encryption and round trip where all is well", async () => {
      const { code, lines, last } = await said(each.env(server.port, first));
      expect([code, last]).toEqual([0, "The connection works."]);
      for (const line of each.good) expect(lines).toContainEqual(expect.stringMatching(line));
    });

    it("says which password is wrong", async () => {
      const { code, last } = await said(each.env(server.port, `${PASSWORD}?`));
      expect([code, last]).toEqual([1, expect.stringMatching(each.wrong)]);
    });

    it("says where nobody listens, and which name is nobody's", async () => {
      const nobody = await said(each.env(await freePort(), PASSWORD));
      expect([nobody.code, nobody.last]).toEqual([1, expect.stringMatching(each.refused)]);
      const nowhere = await said(each.env(server.port, PASSWORD, "nowhere.invalid"));
      expect([nowhere.code, nowhere.last]).toEqual([1, expect.stringMatching(each.unknown)]);
    });
  });

  it("of Redis says that the server asks for no password, where the Secret has one", async () => {
    const [redis] = CASES.filter(({ kind }) => kind === "Redis") as [Case];
    const open = await startDatabase("redis", "");
    const { script } = await commandOf("redis", await instance("redis", "Redis"), "test-connection");
    const { REDISCLI_AUTH, ...place } = redis.env(open.port, PASSWORD);
    const run = (more = {}) => runScript(script.script, { ...script.env, ...place, ...more });
    expect((await run({ REDISCLI_AUTH })).lines.at(-1)).toMatch(/has no password, and the Secret does/);
    expect((await run()).lines.at(-1)).toBe("The connection works.");
    await open.stop();
  });
});

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type DatabaseServer, databasesMissing, startDatabase } from "../tools/databases/index.ts";
import { commandOf, instance } from "./actions.test-support.ts";
import { type Ended, runScript } from "./scripts.test-support.ts";

/**
 * What MySQL's actions send, sent to a server. Debian has MariaDB alone, so the client that stands here for MySQL's own
 * takes away where the two differ: MariaDB has one password for each user and no `RETAIN CURRENT PASSWORD`, and it makes
 * users by `GRANT` unless its session forbids that, which MySQL has never done since 8.0.
 */
const CLIENT = `#!/bin/bash
sed -e "s/, ' RETAIN CURRENT PASSWORD'//" -e "s/sql_mode = ''/sql_mode = 'NO_AUTO_CREATE_USER'/" | mariadb "$@"
`;
const missing = databasesMissing("mariadb");
if (missing) process.stderr.write(`${missing}\n`);

/** Made by nobody, unless a shell reads what people write. */
const OWNED = join(tmpdir(), `hub-owned-${process.pid}`);
const HOSTILE = [
  `'; DROP DATABASE shop; -- #`,
  `"\\'\\"\\\\`,
  `$(touch ${OWNED})\`touch ${OWNED}\``,
  "`.*; DROP DATABASE shop",
  "two\nlines",
  "%_\\_",
  "家 é ✓",
];
const ROOT = "root's \\ \"$(id)` 家";

describe.skipIf(missing !== undefined)("on a server of MySQL's kind", () => {
  let server: DatabaseServer;
  /** As root, over the socket. */
  const query = (sql: string) =>
    execFileSync("mariadb", [
      ...["--no-defaults", "--user=root", `--socket=${server.socket}`, "--default-character-set=utf8mb4"],
      ...["--batch", "--skip-column-names", `--execute=${sql}`],
    ]).toString();
  /** As somebody with a password, over TCP. */
  const as = (user: string, password: string, sql = "select 1") => {
    const where = ["--no-defaults", "--host=127.0.0.1", `--port=${server.port}`];
    const how = ["--default-character-set=utf8mb4", "--batch", "--skip-column-names"];
    try {
      return execFileSync("mariadb", [...where, ...how, `--user=${user}`, `--execute=${sql}`], {
        env: { ...process.env, MYSQL_PWD: password },
        stdio: ["ignore", "pipe", "pipe"],
      })
        .toString()
        .trim();
    } catch (error) {
      return String((error as { stderr?: Buffer }).stderr);
    }
  };
  const rows = (sql: string) => query(sql).split("\n").slice(0, -1);
  /** Everything that an action could spoil. */
  const state = () => ({
    databases: rows("select hex(schema_name) from information_schema.schemata"),
    users: rows("select hex(user), host, authentication_string from mysql.user"),
    grants: rows("select hex(db), hex(user), host, drop_priv from mysql.db"),
    orders: query("select * from shop.orders"),
  });
  const added = (before: string[], after: string[]) => {
    expect(after).toEqual(expect.arrayContaining(before));
    return after.filter((each) => !before.includes(each));
  };
  const hex = (text: string) => Buffer.from(text).toString("hex").toUpperCase();

  /** Runs the action's script, past all checks, with these values in its variables. */
  async function run(name: string, inputs: Record<string, string>, secrets = {}): Promise<Ended> {
    const object = await instance("mysql", "InnoDBCluster");
    const { script } = await commandOf("mysql", object, name, inputs);
    const place = { MYSQL_HOST: "127.0.0.1", MYSQL_TCP_PORT: String(server.port) };
    const account = { ADMIN: "root", MYSQL_PWD: ROOT };
    const env = { ...script.env, ...place, ...account, ...secrets };
    const ended = await runScript(script.script, env, { mysql: CLIENT });
    expect(existsSync(OWNED)).toBe(false);
    return ended;
  }

  beforeAll(async () => {
    server = await startDatabase("mariadb");
    query(
      "drop user 'root'@'127.0.0.1'; create database shop; create table shop.orders (id int); insert into shop.orders values (7)",
    );
  });
  beforeEach(() => {
    const password = Buffer.from(ROOT).toString("hex");
    query(
      `set @p = convert(x'${password}' using utf8mb4); execute immediate concat('create or replace user root@''%'' identified by ', quote(@p)); grant all on *.* to root@'%' with grant option`,
    );
  });
  afterAll(() => server?.stop());

  it.each([...HOSTILE, "ends\n"])("makes a user with the password %j, and nothing else", async (password) => {
    const before = state();
    const user = `u${before.users.length}`;
    const { code, lines, noise } = await run("create-user", { user, database: "" }, { PASSWORD: password });
    expect([code, lines, noise]).toEqual([0, [`The user ${user} can connect.`], ""]);
    const after = state();
    expect(added(before.users, after.users)).toEqual([expect.stringContaining(`${hex(user)}\t%\t`)]);
    expect({ ...after, users: before.users }).toEqual(before);
    expect(as(user, password)).toBe("1");
    expect(as(user, `${password}x`)).toContain("Access denied");
    expect(as(user, password, "select * from shop.orders")).toContain("denied");
  });

  it.each([...HOSTILE, "a".repeat(32)])("makes the user %j with a database of that name", async (name) => {
    const before = state();
    const made = await run("create-user", { user: name, database: "" }, { PASSWORD: "secret-1" });
    expect([made.code, made.noise]).toEqual([0, ""]);
    expect(as(name, "secret-1", "create database another")).toContain("denied");
    const { code, noise } = await run("create-database", { user: name, database: name });
    expect([code, noise]).toEqual([0, ""]);
    const after = state();
    expect(added(before.users, after.users)).toEqual([expect.stringContaining(`${hex(name)}\t%\t`)]);
    expect(added(before.databases, after.databases)).toEqual([hex(name)]);
    expect(added(before.grants, after.grants)).toEqual([expect.stringContaining(`${hex(name)}\t%\tY`)]);
    expect(after.orders).toBe(before.orders);
    const quoted = `\`${name.replaceAll("`", "``")}\``;
    expect(as(name, "secret-1", `create table ${quoted}.t (id int); select count(*) from ${quoted}.t`)).toBe(
      "0",
    );
    expect(as(name, "secret-1", "select * from shop.orders")).toContain("denied");
  });

  it("lets a user into the database that is named, and none whose name is alike", async () => {
    for (const database of ["a_b", "axb", "b".repeat(63)]) {
      expect((await run("create-database", { database, user: "" })).lines).toEqual([
        `The database ${database} is made.`,
      ]);
    }
    await run("create-user", { user: "alike", database: "a_b" }, { PASSWORD: "secret-1" });
    await run("create-user", { user: "long", database: "b".repeat(63) }, { PASSWORD: "secret-1" });
    expect(as("alike", "secret-1", "create table a_b.t (id int)")).toBe("");
    expect(as("alike", "secret-1", "create table axb.t (id int)")).toContain("denied");
    expect(as("long", "secret-1", `create table ${"b".repeat(63)}.t (id int)`)).toBe("");
  });

  it("says what the server refuses, and leaves no half of it behind", async () => {
    const before = state();
    const nobody = await run("create-database", { user: "nobody_here", database: "for_nobody" });
    expect(nobody.code).not.toBe(0);
    expect(nobody.noise).toContain("ERROR");
    expect(nobody.lines.join("")).toBe("");
    await run("create-user", { user: "twice", database: "" }, { PASSWORD: "secret-1" });
    const again = await run("create-user", { user: "twice", database: "shop" }, { PASSWORD: "secret-2" });
    expect([again.code, again.noise]).toEqual([1, expect.stringContaining("CREATE USER failed")]);
    expect(as("twice", "secret-1")).toBe("1");
    const after = state();
    expect([after.databases, after.grants]).toEqual([before.databases, before.grants]);
  });

  it.each(HOSTILE)("gives a user, and root, the password %j in place of the one before", async (password) => {
    const before = state();
    for (const user of ["rotated", "root"]) {
      if (user !== "root") query("create or replace user rotated@'%' identified by 'before'");
      const { code, lines, noise } = await run("rotate-password", { user }, { PASSWORD: password });
      expect([code, lines, noise]).toEqual([0, ["The new password is set."], ""]);
      expect(as(user, password)).toBe("1");
      // MySQL goes on to take it, until the next rotation.
      expect(as(user, user === "root" ? ROOT : "before")).toContain("Access denied");
    }
    query("drop user rotated");
    const names = ({ users }: typeof before) => users.map((each) => each.split("\t").slice(0, 2));
    const after = state();
    expect({ ...after, users: names(after) }).toEqual({ ...before, users: names(before) });
  });

  it("fails a rotation for somebody who is not there, in the server's words", async () => {
    const { code, lines, noise } = await run("rotate-password", { user: "nobody_here" }, { PASSWORD: "x" });
    expect([code, lines]).toEqual([1, [""]]);
    expect(noise).toContain("nobody_here");
  });
});

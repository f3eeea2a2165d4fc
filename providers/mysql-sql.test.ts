import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { act, commandOf, instance, refusal } from "./actions.test-support.ts";

/** Users and databases of MySQL, which the operator has no fields for: what a client in a container would send. */
const HOSTILE = "x'; DROP DATABASE mysql; -- \\' \"`$(touch owned)`\n\u5bb6\u0001";
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mysql-"));
  // Stands for the client: keeps what it is told, and how it was called.
  const client = '#!/bin/sh\nprintf "%s\\n" "$*" > "$0.args"\ncat > "$0.sql"\n';
  await writeFile(join(folder, "mysql"), client, { mode: 0o755 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const online = (change: object = {}) =>
  instance("mysql", "InnoDBCluster", {
    metadata: { uid: "u-1" },
    status: { cluster: { status: "ONLINE" } },
    ...change,
  });

/** Runs an action's script with these inputs, past all checks. */
async function sql(name: string, inputs: Record<string, string>) {
  const { script } = await commandOf("mysql", await online(), name, inputs);
  const secrets = { PASSWORD: HOSTILE, MYSQL_PWD: "root-secret", ADMIN: "root" };
  const { stdout } = await promisify(execFile)("bash", ["-ec", script.script], {
    cwd: folder,
    env: { ...process.env, ...secrets, ...script.env, PATH: `${folder}:${process.env.PATH}` },
  });
  const read = (file: string) => readFile(join(folder, file), "utf8");
  return { stdout, script: script.script, said: await read("mysql.sql"), args: await read("mysql.args") };
}

const hex = (text: string) => `x'${Buffer.from(text).toString("hex")}'`;

describe("mysql in SQL", () => {
  it.each([
    ["create-user", { user: HOSTILE, database: HOSTILE }],
    ["create-database", { user: HOSTILE, database: HOSTILE }],
    ["rotate-password", { user: HOSTILE }],
  ])("%s sends what people write as digits alone, whatever it is", async (name, inputs) => {
    const hostile = await sql(name, inputs);
    expect(hostile.said).toContain(hex(HOSTILE));
    const harmless = Object.fromEntries(Object.keys(inputs).map((key) => [key, "a"]));
    const digits = (text: string) => text.replace(/x'[0-9a-f]*'/g, "DIGITS");
    expect(digits(hostile.said)).toBe(digits((await sql(name, harmless)).said));
    expect(hostile.said).not.toContain("DROP");
  });

  it("keeps passwords out of the script, the command line and the output", async () => {
    for (const name of ["create-user", "rotate-password"]) {
      const { script, args, stdout } = await sql(name, { user: "shop", database: "" });
      for (const text of [script, args, stdout]) expect(text).not.toMatch(/root-secret|drawn|DROP/);
    }
  });

  it("makes a user whose password lies in a Secret that goes with the cluster", async () => {
    const { created } = await act("mysql", await online(), "create-user", { user: "shop_app" });
    expect(created).toMatchObject([
      {
        kind: "Secret",
        metadata: {
          name: "shop-user-shop-app",
          ownerReferences: [{ kind: "InnoDBCluster", name: "shop", uid: "u-1" }],
        },
        stringData: { username: "shop_app", password: "d".repeat(24) },
      },
    ]);
  });

  it("puts a rotated password into the Secret of the user, or of the root account", async () => {
    const rotate = async (user: string) =>
      (await act("mysql", await online(), "rotate-password", { user })).others[0];
    expect(await rotate("shop")).toMatchObject({ patch: [{ path: "/data/password" }] });
    expect(await rotate("root")).toMatchObject({
      patch: [{ path: "/data/rootPassword", value: btoa("d".repeat(24)) }],
    });
  });

  it("refuses names that are none or the server's own, and a cluster that is not online", async () => {
    const refused = async (name: string, inputs: Record<string, string>) =>
      (await refusal("mysql", await online(), name, inputs)).fields?.[0]?.field;
    for (const user of ["a'b", "root", "mysqladmin", "a_", "A"])
      expect([user, await refused("create-user", { user })]).toEqual([user, "user"]);
    expect(await refused("create-database", { database: "mysql" })).toBe("database");
    expect(await refused("create-database", { database: "a`b" })).toBe("database");
    const down = await online({ status: { cluster: { status: "OFFLINE" } } });
    expect((await refusal("mysql", down, "create-user", { user: "a" })).message).toContain("OFFLINE");
  });
});

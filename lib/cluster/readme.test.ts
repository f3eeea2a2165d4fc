import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as client from "./index.ts";
import { ScriptedServer } from "./testing/scripted-server.ts";

/** The examples of README.md, run as they stand there. */
const here = fileURLToPath(new URL(".", import.meta.url));
let folder: string;
let server: ScriptedServer;
let examples: string[];

beforeAll(async () => {
  for (const method of ["debug", "warn"] as const) vi.spyOn(console, method).mockReturnValue();
  const readme = await readFile(join(here, "README.md"), "utf8");
  examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
  folder = await mkdtemp(join(tmpdir(), "readme-"));
  server = await new ScriptedServer().start();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function example<T>(containing: string): Promise<T> {
  const code = examples.find((each) => each.includes(containing)) ?? "";
  const file = join(folder, `${containing}.ts`);
  await writeFile(file, code.replace('"./index.ts"', JSON.stringify(join(here, "index.ts"))));
  return (await import(file)) as T;
}

test("the README's first example does what it says", async () => {
  const { greet } = await example<{ greet(kubeconfig: string): Promise<string> }>("greet");
  const kubeconfig = join(folder, "kubeconfig");
  const config = {
    clusters: [{ name: "c", cluster: { server: server.url } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    users: [{ name: "u", user: {} }],
    "current-context": "x",
  };
  await writeFile(kubeconfig, JSON.stringify(config));
  expect(await greet(kubeconfig)).toBe("greeting");
});

test("the README's controller leads, and labels what it finds", async () => {
  server.put("a", "1");
  const { countKeys } = await example<{
    countKeys(
      cluster: client.Cluster,
      namespace: string,
      identity: string,
      signal: AbortSignal,
    ): Promise<void>;
  }>("countKeys");
  const over = new AbortController();
  const running = countKeys(client.Cluster.at(server.url), "default", "one", over.signal);
  await server.until(() => server.objects.get("a")?.metadata.labels?.keys === "1");
  over.abort();
  await running;
});

test("the README names nothing that is not public", () => {
  const imported = examples.flatMap((code) =>
    [...code.matchAll(/import \{(.*?)\} from "\.\/index\.ts"/gs)].flatMap(([, names = ""]) =>
      names.split(",").map((name) => name.trim()),
    ),
  );
  const values = imported.filter((name) => !name.startsWith("type "));
  expect(values.filter((name) => !(name in client))).toEqual([]);
});

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";

const main = join(import.meta.dirname, "../main.ts");
let directory: string;
let child: ChildProcess | undefined;
afterEach(async () => {
  child?.kill("SIGKILL");
  await rm(directory, { recursive: true, force: true });
});

async function start(): Promise<{ url: string; token: string }> {
  const process_ = spawn(process.execPath, [main], {
    env: { ...process.env, SANDBOX_DIR: directory, SANDBOX_PORT: "0", SANDBOX_SIMULATE: "off" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = process_;
  let text = "";
  for await (const chunk of process_.stdout) {
    text += chunk;
    if (text.includes("\n")) break;
  }
  const { url, kubeconfig } = JSON.parse(text) as { url: string; kubeconfig: string };
  return { url, token: /token: "([^"]+)"/.exec(await readFile(kubeconfig, "utf8"))?.[1] ?? "" };
}

it("a process killed while it writes has, when started again, every object that it acknowledged", async () => {
  directory = await mkdtemp(join(tmpdir(), "sandbox-crash-"));
  const acknowledged = new Map<string, string>();
  let number = 0;
  for (let round = 0; round < 3; round += 1) {
    const { url, token } = await start();
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const path = `${url}/api/v1/namespaces/default/configmaps`;
    let running = true;
    const writer = async () => {
      while (running) {
        number += 1;
        const name = `o${number}`;
        try {
          const answer = await fetch(path, {
            method: "POST",
            headers,
            body: JSON.stringify({ metadata: { name } }),
          });
          const { metadata } = (await answer.json()) as { metadata: { uid: string } };
          if (answer.status === 201) acknowledged.set(name, metadata.uid);
        } catch {
          return;
        }
        if (acknowledged.size >= (round + 1) * 100 && running) {
          running = false;
          child?.kill("SIGKILL");
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, writer));
    if (child && child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
  const { url, token } = await start();
  const answer = await fetch(`${url}/api/v1/namespaces/default/configmaps`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { items } = (await answer.json()) as { items: { metadata: { name: string; uid: string } }[] };
  const found = new Map(items.map(({ metadata }) => [metadata.name, metadata.uid]));
  expect([...acknowledged].filter(([name, uid]) => found.get(name) !== uid)).toEqual([]);
});

/**
 * Measures the embedded cluster: creates a second over 16 connections with the journal synced, the time to list 10,000
 * objects, and the memory that the server's process then takes. Prints; asserts nothing.
 */
import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { Pool } from "undici";

const OBJECTS = 10_000;
const CONNECTIONS = 16;

const directory = await mkdtemp(join(tmpdir(), "sandbox-bench-"));
const server = spawn(process.execPath, [join(import.meta.dirname, "../sandbox/main.ts")], {
  env: { ...process.env, SANDBOX_DIR: directory, SANDBOX_PORT: "0", SANDBOX_SIMULATE: "off" },
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const { url, kubeconfig } = JSON.parse(await firstLine(server.stdout));
  const token = /token: "([^"]+)"/.exec(readFileSync(kubeconfig, "utf8"))?.[1];
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const call = async (method, path, body) => {
    const answer = await pool.request({ method, path, headers, body: body && JSON.stringify(body) });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return text;
  };
  await call("POST", "/api/v1/namespaces", { metadata: { name: "bench" } });

  let next = 0;
  const started = performance.now();
  const worker = async () => {
    while (next < OBJECTS) await call("POST", "/api/v1/namespaces/bench/configmaps", configMap(next++));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  const creates = (OBJECTS / (performance.now() - started)) * 1000;

  const lists = [];
  let bytes = 0;
  for (let round = 0; round < 5; round += 1) {
    const from = performance.now();
    bytes = (await call("GET", "/api/v1/configmaps")).length;
    lists.push(performance.now() - from);
  }
  lists.sort((a, b) => a - b);
  const memory =
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1]) / 1024;

  console.log(
    `machine: ${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
  );
  console.log(`creates, journal synced, ${CONNECTIONS} connections: ${Math.round(creates)} a second`);
  console.log(
    `list of ${OBJECTS} objects (${(bytes / 2 ** 20).toFixed(1)} MiB), median of 5: ${Math.round(lists[2])} ms`,
  );
  console.log(`resident memory with ${OBJECTS} objects, after the lists: ${Math.round(memory)} MiB`);
  await pool.close();
} finally {
  server.kill();
  rmSync(directory, { recursive: true, force: true });
}

function configMap(number) {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: `object-${number}`, labels: { app: `app-${number % 50}`, tier: "bench" } },
    data: { key: "value ".repeat(20), number: String(number) },
  };
}

async function firstLine(stream) {
  let text = "";
  for await (const chunk of stream) {
    text += chunk;
    if (text.includes("\n")) return text.slice(0, text.indexOf("\n"));
  }
  throw new Error("the sandbox ended before it was ready");
}

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { Cluster } from "../cluster/index.ts";
import { watchReachability } from "./reachability.ts";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** An API server whose process can be stopped and continued: connections stay, answers do not come. */
async function serverThatHangs(): Promise<{ url: string; server: Server; hang(yes: boolean): void }> {
  let hanging = false;
  const server = createServer((request, response) => {
    if (hanging) return;
    response.writeHead(request.url === "/readyz" ? 200 : 404, { "content-type": "text/plain" }).end("ok");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    hang: (yes) => {
      hanging = yes;
    },
  };
}

function verdictsOf(url: string): boolean[] {
  const verdicts: boolean[] = [];
  const times = { everyMs: 5, patienceMs: 200 };
  cleanups.push(watchReachability(Cluster.at(url), (reachable) => verdicts.push(reachable), times));
  return verdicts;
}

test("a server that hangs is noticed although its connections stay open, and so is its return", async () => {
  const { url, hang } = await serverThatHangs();
  const verdicts = verdictsOf(url);
  await expect.poll(() => verdicts.at(-1)).toBe(true);
  hang(true);
  await expect.poll(() => verdicts.at(-1)).toBe(false);
  hang(false);
  await expect.poll(() => verdicts.at(-1)).toBe(true);
});

test("a server that is gone is noticed", async () => {
  const { url, server } = await serverThatHangs();
  const verdicts = verdictsOf(url);
  await expect.poll(() => verdicts.at(-1)).toBe(true);
  server.closeAllConnections();
  server.close();
  await expect.poll(() => verdicts.at(-1)).toBe(false);
});

test("a server that refuses to tell is there all the same", async () => {
  const server = createServer((_request, response) => response.writeHead(403).end("no"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const verdicts = verdictsOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await expect.poll(() => verdicts.length).toBeGreaterThan(2);
  expect(verdicts).not.toContain(false);
});

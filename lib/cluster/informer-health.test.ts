import { afterEach, beforeEach, expect, test } from "vitest";
import { freePort } from "../../tools/cluster/ports.ts";
import { Cluster } from "./cluster.ts";
import { Informer } from "./informer.ts";
import { ScriptedServer } from "./testing/scripted-server.ts";

let server: ScriptedServer;
let informer: Informer;

beforeEach(async () => {
  server = await new ScriptedServer().start(await freePort());
  informer = new Informer(Cluster.at(server.url), { apiVersion: "v1", kind: "ConfigMap" });
});
afterEach(async () => {
  informer.stop();
  await server.stop();
});

test("counts the server as reachable once it takes a watch again, though nothing happens on it", async () => {
  const health: boolean[] = [];
  const back = Promise.withResolvers<void>();
  informer.onHealth((reachable) => {
    health.push(reachable);
    if (health.length === 3 && reachable) back.resolve();
  });
  await informer.start().synced;
  const port = Number(new URL(server.url).port);
  await server.stop();
  await expect.poll(() => health, { timeout: 20_000 }).toEqual([true, false]);
  await server.start(port);
  await back.promise;
  expect(health).toEqual([true, false, true]);
});

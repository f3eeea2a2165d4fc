import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FaultProxy } from "../../tools/faults/index.ts";
import { Cluster } from "./cluster.ts";
import { ScriptedServer } from "./testing/scripted-server.ts";

let server: ScriptedServer;
let proxy: FaultProxy;

beforeEach(async () => {
  server = await new ScriptedServer().start();
  proxy = await FaultProxy.start({ upstream: server.url });
});
afterEach(async () => {
  await proxy.stop();
  await server.stop();
});

const WRITES = ["POST", "PUT", "PATCH", "DELETE"];

describe("a guarded cluster", () => {
  test("writes nothing that is not admitted, whoever asks, and goes on reading", async () => {
    let open = true;
    const cluster = Cluster.at(proxy.url).guarded({
      admit: () => {
        if (!open) throw new Error("closed");
      },
    });
    const installer = cluster.as("ns-a:installer");
    await installer.request("PATCH", "/things").catch(() => undefined);
    expect(proxy.exchanges).toMatchObject([{ method: "PATCH", user: "ns-a:installer" }]);
    open = false;
    for (const view of [cluster, installer, installer.as("ns-b:installer")]) {
      for (const method of WRITES)
        await expect(view.request(method, "/things"), method).rejects.toThrow("closed");
      await view.request("GET", "/api");
    }
    expect(proxy.exchanges.filter(({ method }) => method !== "GET")).toHaveLength(1);
  });

  test("asks for each write again when its turn on a connection has come", async () => {
    let open = true;
    const cluster = Cluster.at(proxy.url).guarded({
      admit: () => {
        if (!open) throw new Error("closed");
      },
    });
    await proxy.cut("blackhole");
    const outcomes = Array.from({ length: 60 }, () =>
      cluster.request("POST", "/things").then(
        () => "sent",
        (error: Error) => error.message,
      ),
    );
    // More than there are connections for: the others wait, having been admitted when they began.
    while (proxy.exchanges.length < 32) await new Promise((resolve) => setTimeout(resolve, 5));
    open = false;
    await proxy.mend();
    const told = await Promise.all(outcomes);
    expect(told.filter((each) => each === "closed")).toHaveLength(28);
    expect(proxy.exchanges).toHaveLength(32);
  });

  test("gives up what is under way when its signal aborts", async () => {
    const over = new AbortController();
    const cluster = Cluster.at(proxy.url).guarded({ admit: () => undefined, signal: over.signal });
    await proxy.cut("blackhole");
    const writing = cluster.request("PUT", "/things/a");
    over.abort(new Error("over"));
    await expect(writing).rejects.toThrow("over");
  });
});

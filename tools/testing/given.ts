import { writeFileSync } from "node:fs";
import { connect, createServer, isIP, type Socket } from "node:net";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { Cluster } from "../../lib/cluster/index.ts";
import { freePort } from "../cluster/index.ts";
import { simulate } from "./beside.ts";
import { applyDefinitions } from "./definitions.ts";
import type { Backend, TestClusterOptions } from "./index.ts";
import { contentsOf, wipe } from "./wipe.ts";

/**
 * Somebody's cluster, by its kubeconfig, reached through a gate on loopback: its API server is not ours to end, so an
 * outage shuts the gate. What a test makes there is taken away again, but for the Hub's own definitions.
 */
export async function joinGiven(dir: string, given: string, { speed }: TestClusterOptions): Promise<Backend> {
  const config = new KubeConfig();
  config.loadFromFile(given);
  const target = config.getCurrentCluster();
  if (!target) throw new Error(`${given}: the current context names no cluster`);
  const url = new URL(target.server);
  const gate = await openGate(url.hostname, Number(url.port || (url.protocol === "https:" ? 443 : 80)));
  const through = new URL(url);
  through.hostname = "127.0.0.1";
  through.port = String(gate.port);
  config.clusters = config.clusters.map((each) =>
    each === target
      ? { ...each, server: through.href, tlsServerName: each.tlsServerName ?? nameOf(url.hostname) }
      : each,
  );
  const kubeconfig = join(dir, "kubeconfig");
  writeFileSync(kubeconfig, config.exportConfig(), { mode: 0o600 });
  const admin = Cluster.fromKubeconfig(given);
  const hubs = await applyDefinitions(admin);
  const before = await contentsOf(admin);
  const beside = speed ? await simulate(given, speed) : undefined;
  return {
    kubeconfig,
    ...(beside && { appsPort: beside.port }),
    async outage() {
      await gate.shut();
      return { end: () => gate.open() };
    },
    hang() {
      gate.hold(true);
      return { end: () => gate.hold(false) };
    },
    async stop() {
      // While machines are simulated still: pods go only when their kubelet says so.
      await wipe(admin, before, new Set(hubs));
      await beside?.stop();
      await gate.shut();
    },
  };
}

/** What the certificate is checked for behind the gate. TLS names no addresses; this name every API server has. */
const nameOf = (host: string) =>
  host === "127.0.0.1" ? undefined : isIP(host) ? "kubernetes.default.svc" : host;

interface Gate {
  port: number;
  open(): Promise<void>;
  shut(): Promise<void>;
  /** While held, connections stay and new ones are taken, but nothing passes. */
  hold(held: boolean): void;
}

/** Passes connections on to `host:port`. Shut, it refuses new ones and has cut all others. */
async function openGate(host: string, port: number): Promise<Gate> {
  const sockets = new Set<Socket>();
  let held = false;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  };
  const server = createServer((inner) => {
    const outer = connect(port, host);
    keep(inner);
    keep(outer);
    inner.pipe(outer).pipe(inner);
    if (held) inner.pause();
    inner.on("close", () => outer.destroy());
    outer.on("close", () => inner.destroy());
  });
  const listen = (at: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(at, "127.0.0.1", resolve);
    });
  await listen(await freePort());
  const address = server.address();
  const own = typeof address === "object" && address ? address.port : 0;
  return {
    port: own,
    open: () => listen(own),
    hold(now) {
      held = now;
      for (const socket of sockets) now ? socket.pause() : socket.resume();
    },
    async shut() {
      if (!server.listening) return;
      await new Promise((resolve) => {
        server.close(resolve);
        for (const socket of sockets) socket.destroy();
      });
    },
  };
}

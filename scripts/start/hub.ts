import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Cluster } from "../../lib/cluster/index.ts";
import { buildContent } from "../../lib/images/index.ts";
import { root } from "../runtime.mjs";
import { bootstrap, writeAccountKubeconfig } from "./bootstrap.ts";
import { digestOf, whenChanged } from "./build.ts";
import { tryPort } from "./checks.ts";
import { remember } from "./orphans.ts";
import { ManagedProcess } from "./processes.ts";

export interface HubOptions {
  port: number;
  host: string;
  stateDir: string;
  dev: boolean;
  speed: number;
  kubeconfig?: string;
  /** The cluster of `kubeconfig` is ours to set up: kinds, accounts and rights are made, each process has its own. */
  prepare?: boolean;
  say: (line: string) => void;
  /** Called when a process dies that should not; everything else is still running then. */
  onFailure: (sentence: string) => void;
  /** Folders of images to offer, besides those that ship with the Hub. */
  moreImages?: string[];
  /** More environment for the manager and the web server. */
  env?: Record<string, string>;
}

export interface Hub {
  url: string;
  /** Path of a kubeconfig with an administrator's rights, for kubectl. */
  kubeconfig: string;
  /** Folder of the images that are in no registry. */
  contentDir: string;
  processes: Record<string, ManagedProcess>;
  /** Starts the manager or the web server again after it was stopped or killed. */
  restart(name: "manager" | "web" | "sandbox"): Promise<void>;
  stop(): Promise<void>;
}

const READY_MS = 60_000;
/** A process that dies more often than this within the window is not worth starting once more. */
const MOST_REVIVALS = 5;
const REVIVAL_WINDOW_MS = 120_000;

/** Waits for `check` to say yes; `process` dying ends the waiting at once. */
async function until(what: string, process: ManagedProcess, check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    if (!process.running) throw new Error(`${what} ended while starting:\n${process.tail}`);
    if (await check().catch(() => false)) return;
    await delay(50);
  }
  throw new Error(`${what} is not ready after ${READY_MS / 1000} s:\n${process.tail}`);
}

async function answers(url: string): Promise<boolean> {
  return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
}

/** The sandbox's port stays the same from start to start, because apps' addresses contain it. */
async function sandboxPort(stateDir: string): Promise<number> {
  const file = join(stateDir, "port");
  const preferred = existsSync(file)
    ? Number(readFileSync(file, "utf8"))
    : Number(process.env.SANDBOX_PORT || 36443);
  const port = await tryPort(preferred, "127.0.0.1").catch(() => tryPort(0, "127.0.0.1"));
  writeFileSync(file, String(port));
  return port;
}

/** Starts sandbox (unless a cluster is given), manager and web server, and resolves when the pages answer. */
export async function startHub(options: HubOptions): Promise<Hub> {
  const { stateDir, say } = options;
  mkdirSync(stateDir, { recursive: true });
  const contentDir = join(stateDir, "content");
  const clusterDir = join(stateDir, "cluster");
  const logDir = join(stateDir, "logs");
  const processes: Record<string, ManagedProcess> = {};
  let stopping = false;
  const starters: Record<string, () => Promise<void>> = {};

  // As in a cluster, a process that ends is started again: the manager ends by itself when it loses its lease.
  const revivals: Record<string, number[]> = {};
  const revive = async (name: string, how: string) => {
    if (stopping) return;
    const log = `Its log is ${join(logDir, `${name}.log`)}`;
    const recent = (revivals[name] ?? []).filter((time) => time > Date.now() - REVIVAL_WINDOW_MS);
    if (name === "sandbox" || recent.length >= MOST_REVIVALS)
      return options.onFailure(`${name} ${how}. ${log}`);
    revivals[name] = [...recent, Date.now()];
    say(`${name} ${how}; starting it again. ${log}`);
    await starters[name]?.().catch((error: Error) => options.onFailure(error.message));
  };

  const launch = (name: string, args: string[], env: Record<string, string>) => {
    processes[name] = new ManagedProcess({
      name,
      args,
      env,
      logDir,
      onUnexpectedExit: (how) => void revive(name, how),
    });
    remember(
      stateDir,
      Object.values(processes).flatMap(({ pid }) => pid ?? []),
    );
    return processes[name];
  };
  const stop = async () => {
    stopping = true;
    for (const name of ["web", "manager", "sandbox"]) await processes[name]?.stop();
  };

  try {
    await whenChanged(
      join(contentDir, "SOURCES"),
      digestOf(["providers", "images", "lib/images"]),
      async () => {
        say("Packing the images that ship with the Hub …");
        // Added to what is there: providers and installations still need the digests they were made from.
        await buildContent(contentDir, [
          join(root, "providers"),
          join(root, "images"),
          ...(options.moreImages ?? []),
        ]);
      },
    );

    const onSandbox = !options.kubeconfig;
    const port = onSandbox ? await sandboxPort(stateDir) : 0;
    const admin = options.kubeconfig ?? join(stateDir, "kubeconfig");
    let managerConfig = admin;
    let webConfig = admin;
    if (onSandbox) {
      say("Starting the sandbox cluster …");
      mkdirSync(clusterDir, { recursive: true });
      starters.sandbox = async () => {
        // One left by an earlier run names that run's port.
        const written = join(clusterDir, "kubeconfig");
        rmSync(written, { force: true });
        const sandbox = launch("sandbox", ["sandbox/main.ts"], {
          SANDBOX_DIR: clusterDir,
          SANDBOX_PORT: String(port),
          SANDBOX_SPEED: String(options.speed),
        });
        // It answers a moment before its kubeconfig is written.
        const ready = async () => (await answers(`http://127.0.0.1:${port}/readyz`)) && existsSync(written);
        await until("The sandbox", sandbox, ready);
        copyFileSync(written, admin);
      };
      await starters.sandbox();
    }
    if (onSandbox || options.prepare) {
      const cluster = Cluster.fromKubeconfig(admin);
      await bootstrap(cluster);
      managerConfig = join(stateDir, "manager.kubeconfig");
      webConfig = join(stateDir, "web.kubeconfig");
      const trust = { like: admin };
      await writeAccountKubeconfig(cluster, "manager", managerConfig, trust);
      await writeAccountKubeconfig(cluster, "web", webConfig, trust);
    }

    const url = `http://${options.host === "127.0.0.1" ? "localhost" : options.host}:${options.port}`;
    const shared: Record<string, string> = {
      CONTENT_DIR: contentDir,
      HUB_URL: url,
      ...(onSandbox && {
        HUB_DEMO: "1",
        METERING_SECONDS: "60",
        // A registry beside the sandbox is on this machine.
        REGISTRY_ALLOW: "localhost,127.0.0.1",
        CONTENT_CACHE_DIR: join(stateDir, "content-cache"),
        CLOUD_DOMAIN: "apps.localhost",
        CLOUD_PORT: String(port),
        CLOUD_SCHEME: "http",
      }),
      ...options.env,
    };
    say("Starting the manager …");
    starters.manager = async () => {
      launch("manager", ["lib/manager/main.ts"], { ...shared, KUBECONFIG: managerConfig });
    };
    await starters.manager();
    say("Starting the web server …");
    starters.web = async () => {
      const web = launch("web", ["lib/web/main.ts", ...(options.dev ? ["--dev"] : [])], {
        ...shared,
        KUBECONFIG: webConfig,
        // The sandbox is for the person at this machine.
        ...(onSandbox && { KUBERNETES_PUBLIC_URL: Cluster.fromKubeconfig(admin).url }),
        PORT: String(options.port),
        HOST: options.host,
        NEXTAUTH_URL: url,
        NODE_ENV: options.dev ? "development" : "production",
      });
      await until("The web server", web, () => answers(`http://${options.host}:${options.port}/readyz`));
    };
    await starters.web();

    return {
      url,
      kubeconfig: admin,
      contentDir,
      processes,
      stop,
      async restart(name) {
        await processes[name]?.stop();
        await starters[name]?.();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

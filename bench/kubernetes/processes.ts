import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { tryPort } from "../../scripts/start/checks.ts";
import { ManagedProcess } from "../../scripts/start/processes.ts";

export interface ProcessSetup {
  /** Holds content, kubeconfigs and logs. */
  dir: string;
  /** The web server's address. */
  url: string;
  webPort: number;
  secret: string;
}

const PROFILE = process.env.BENCH_PROFILE
  ? ["--cpu-prof", `--cpu-prof-dir=${process.env.BENCH_PROFILE}`]
  : [];

/** A manager with a token of its own account. */
export async function startManager(
  setup: ProcessSetup,
  name: string,
  env: Record<string, string> = {},
): Promise<ManagedProcess & { metrics: string }> {
  const port = await tryPort(0, "127.0.0.1");
  const started = new ManagedProcess({
    name,
    args: [...PROFILE, "lib/manager/main.ts"],
    logDir: setup.dir,
    env: {
      KUBECONFIG: `${setup.dir}/manager.kubeconfig`,
      CONTENT_DIR: `${setup.dir}/content`,
      CLOUD_DOMAIN: "apps.example.com",
      HUB_URL: setup.url,
      METRICS_PORT: String(port),
      POD_NAME: name,
      ...env,
    },
    onUnexpectedExit: () => undefined,
  });
  return Object.assign(started, { metrics: `http://127.0.0.1:${port}` });
}

/** The web server with a token of its own account; resolves once its informers are filled. */
export async function startWeb(setup: ProcessSetup): Promise<ManagedProcess> {
  const web = new ManagedProcess({
    name: "web",
    args: [...PROFILE, "lib/web/main.ts"],
    logDir: setup.dir,
    env: {
      KUBECONFIG: `${setup.dir}/web.kubeconfig`,
      PORT: String(setup.webPort),
      HOST: "127.0.0.1",
      CONTENT_DIR: `${setup.dir}/content`,
      CLOUD_DOMAIN: "apps.example.com",
      HUB_URL: setup.url,
      NEXTAUTH_URL: setup.url,
      NEXTAUTH_SECRET: setup.secret,
      LOG_LEVEL: "warn",
    },
  });
  for (let waited = 0; ; waited += 50) {
    const ok = await fetch(`${setup.url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ok) return web;
    if (!web.running || waited > 60_000) throw new Error(`the web server does not start:\n${web.tail}`);
    await delay(50);
  }
}

/** Processor time that the process has used so far, in seconds. */
export function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  // User and system time are fields 14 and 15 of proc_pid_stat(5), in hundredths of a second.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The most memory that the process ever had resident, in bytes. */
export function peakBytes(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

/** Resident memory in bytes. */
export function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

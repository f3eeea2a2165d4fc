import type { Cluster } from "../../lib/cluster/index.ts";
import { API_VERSION, type Installation } from "../../lib/model/resources.ts";
import type { ManagedProcess } from "../../scripts/start/processes.ts";
import { type Audit, isLease, isWrite, tally } from "./audit.ts";
import type { Measured } from "./cluster.ts";
import { SMALL } from "./images.ts";
import { isApplied } from "./install.ts";
import { type ProcessSetup, startManager } from "./processes.ts";
import { type Figure, say } from "./report.ts";
import { untilInstallations } from "./wait.ts";

const MANAGER = "system:serviceaccount:sealos-system:manager";

export interface FleetSetup {
  process: ProcessSetup;
  installations: number;
  namespace(): Promise<string>;
}

async function ask(admin: Cluster, namespace: string, name: string): Promise<void> {
  await admin.create<Installation>({
    apiVersion: API_VERSION,
    kind: "Installation",
    metadata: { name, namespace },
    spec: { image: SMALL, inputs: { name } },
  });
}

/** Milliseconds from now until the Installation, which is asked for at once, is applied. */
async function untilServed(admin: Cluster, namespace: string, name: string): Promise<number> {
  const { reached } = await untilInstallations(
    admin,
    1,
    (each) => each.metadata.name === name && isApplied(each),
    namespace,
  );
  const began = performance.now();
  await ask(admin, namespace, name);
  await reached;
  return performance.now() - began;
}

/**
 * The manager is stopped, something is asked for, and it is started again: when is that done, and what is written
 * besides while it looks at everything else?
 */
export async function measureRestart(
  measured: Measured,
  audit: Audit,
  managers: Map<string, ManagedProcess>,
  setup: FleetSetup,
): Promise<Figure[]> {
  const { admin } = measured;
  const namespace = await setup.namespace();
  for (const manager of managers.values()) await manager.stop();
  managers.clear();
  const { reached } = await untilInstallations(admin, 1, isApplied, namespace);
  await ask(admin, namespace, "restart");
  await audit.since([]);
  const began = performance.now();
  const manager = await startManager(setup.process, "manager-restarted");
  managers.set("manager-restarted", manager);
  await reached;
  const seconds = (performance.now() - began) / 1000;
  const looks = await untilVerified(manager, setup.installations + 1);
  const all = (performance.now() - began) / 1000;
  const events = await audit.since([MANAGER]);
  const writes = events.filter((event) => isWrite(event) && !isLease(event));
  // The catalogue counts installs, and there is one more.
  const other = writes.filter(
    ({ objectRef }) => objectRef?.namespace !== namespace && objectRef?.resource !== "repositories",
  );
  say(
    `looked at ${looks} installations in ${all.toFixed(1)} s; writes elsewhere: ${
      tally(other)
        .map(([what, count]) => `${count} ${what}`)
        .join(", ") || "none"
    }`,
  );
  say(
    `requests: ${events.length}: ${tally(events)
      .slice(0, 12)
      .map(([what, count]) => `${count} ${what}`)
      .join(", ")}`,
  );
  return [
    {
      what: `restart of the manager at ${setup.installations} installations, until a waiting one is applied`,
      asked: "at most 5 s",
      measured: `${seconds.toFixed(1)} s (all looked at after ${all.toFixed(1)} s)`,
      met: seconds <= 5,
    },
    {
      what: "writes to anything unchanged after the restart",
      asked: "0",
      measured: String(other.length),
      met: other.length === 0,
    },
  ];
}

/** Waits until the manager has looked at so many Installations, by its own metrics. Returns how many it has. */
async function untilVerified(manager: { metrics: string }, count: number): Promise<number> {
  for (;;) {
    const text = await fetch(`${manager.metrics}/metrics`).then((answer) => answer.text());
    let looks = 0;
    for (const line of text.split("\n"))
      if (/^hub_manager_reconcile_duration_seconds_count\{.*queue="installations"/.test(line))
        looks += Number(line.split(" ").at(-1));
    if (looks >= count) return looks;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Two managers; the leader is killed or asked to stop, and something is asked for at that moment. */
export async function measureFailover(
  measured: Measured,
  managers: Map<string, ManagedProcess>,
  setup: FleetSetup,
): Promise<Figure[]> {
  const { admin } = measured;
  const namespace = await setup.namespace();
  const figures: Figure[] = [];
  for (const [signal, limit] of [
    ["SIGTERM", 2],
    ["SIGKILL", 20],
  ] as const) {
    const name = `failover-${signal.toLowerCase()}`;
    const standby = `manager-after-${signal.toLowerCase()}`;
    const [[oldName, leader] = []] = [...managers];
    if (!oldName || !leader) throw new Error("no manager leads");
    const next = await startManager(setup.process, standby);
    managers.set(standby, next);
    await untilReady(next);
    const pid = leader.pid ?? 0;
    const ended = new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (leader.running) return;
        clearInterval(timer);
        resolve();
      }, 20);
    });
    leader.kill(signal);
    managers.delete(oldName);
    const seconds = (await untilServed(admin, namespace, name)) / 1000;
    await ended;
    say(`${signal} to ${oldName} (${pid}): the next install was applied after ${seconds.toFixed(2)} s`);
    figures.push({
      what: `failover of the manager after ${signal}, until what is asked for then is applied`,
      asked: `at most ${limit} s`,
      measured: `${seconds.toFixed(1)} s`,
      met: seconds <= limit,
    });
  }
  return figures;
}

/** A standby is ready when it has read its sources and looked at the lease. */
async function untilReady(manager: ManagedProcess & { metrics: string }): Promise<void> {
  for (;;) {
    const ok = await fetch(`${manager.metrics}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ok) break;
    if (!manager.running) throw new Error(manager.tail);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  // One more round of the election, so that it has seen who leads.
  await new Promise((resolve) => setTimeout(resolve, 5_000));
}

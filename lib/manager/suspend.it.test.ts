import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AnyObject, Cluster } from "../cluster/index.ts";
import type { ContentStore } from "../images/index.ts";
import { API_VERSION, annotation, type Installation } from "../model/resources.ts";
import type { Schedule } from "../model/schedule.ts";
import { application, install, makeTenant, putImage, until, untilPhase } from "./testing/cluster.ts";
import { openStage, type Stage } from "./testing/stage.ts";

let stage: Stage;
let admin: Cluster;
let images: ContentStore;
let now = Date.now();
let tenants = 0;

const pods = (app: string) => `
  selector: { matchLabels: { app: ${app} } }
  template:
    metadata: { labels: { app: ${app} } }
    spec:
      containers:
        - name: main
          image: docker.io/library/nginx:1.27
          resources: { requests: { cpu: 10m, memory: 16Mi }, limits: { cpu: 20m, memory: 32Mi } }`;
const workload = (kind: string, name: string, spec = "") =>
  `apiVersion: apps/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec:${spec}${pods(name)}\n`;
const job = `
    template:
      spec: { restartPolicy: Never, containers: [{ name: main, image: "docker.io/library/busybox:1.37" }] }`;
const everything = (replicas: number) =>
  [
    workload("Deployment", "stated", `\n  replicas: ${replicas}`),
    workload("Deployment", "scaled", `\n  replicas: ${replicas}`),
    workload("Deployment", "open"),
    workload("StatefulSet", "set", "\n  replicas: 1\n  serviceName: set"),
    workload("DaemonSet", "everywhere"),
    `apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: nightly }\nspec:\n  schedule: 0 3 * * *\n  jobTemplate:\n   spec:${job}\n`,
    `apiVersion: batch/v1\nkind: Job\nmetadata: { name: setup }\nspec:\n    ttlSecondsAfterFinished: 0${job}\n`,
  ].join("---\n");

const begin = () => stage.begin({ now: () => now });

beforeAll(async () => {
  stage = await openStage();
  ({ admin, images } = stage);
  await putImage(images, "labring/all:1.0.0", application("all", everything(1)));
  await putImage(images, "labring/all:2.0.0", application("all", everything(2)));
  await putImage(images, "labring/small:1.0.0", application("small", workload("Deployment", "small")));
  await begin();
});

afterAll(() => stage?.close());

const tenant = () =>
  makeTenant(admin, `sleeper-${++tenants}`, { pods: "40", "requests.cpu": "4", "requests.memory": "4Gi" });
const named = (namespace: string, name: string) => ({
  apiVersion: API_VERSION,
  kind: "Installation",
  namespace,
  name,
});
const change = (namespace: string, name: string, spec: Partial<Installation["spec"]>) =>
  admin.patch<Installation>(named(namespace, name), { spec }, { type: "merge" });
const deployment = (namespace: string, name: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  namespace,
  name,
});
const scale = (namespace: string, name: string, replicas: number) =>
  admin.patch(deployment(namespace, name), { spec: { replicas } }, { type: "merge", subresource: "scale" });

async function replicas(namespace: string): Promise<Record<string, unknown>> {
  const { items } = await admin.list<AnyObject>({ apiVersion: "apps/v1", kind: "Deployment", namespace });
  return Object.fromEntries(
    items.map(({ metadata, spec }) => [metadata.name, (spec as { replicas?: number }).replicas]),
  );
}

describe("an installation that is stopped", () => {
  test("has no pods, gives its quota back, and starts with the numbers it had", async () => {
    const ns = await tenant();
    await install(admin, ns, "labring/all:1.0.0");
    await untilPhase(admin, ns, "all", "Running");
    await scale(ns, "scaled", 3);
    await scale(ns, "open", 2);
    await change(ns, "all", { suspended: true });
    const stopped = await untilPhase(admin, ns, "all", "Suspended");
    expect(stopped.status?.conditions).toContainEqual(
      expect.objectContaining({ type: "Healthy", status: "True" }),
    );
    expect(stopped.status).not.toHaveProperty("failingObject");
    expect(await replicas(ns)).toEqual({ stated: 0, scaled: 0, open: 0 });
    const cronJob = await admin.get<AnyObject>({
      ...{ apiVersion: "batch/v1", kind: "CronJob" },
      ...{ namespace: ns, name: "nightly" },
    });
    expect(cronJob.spec).toMatchObject({ suspend: true });
    await until<AnyObject>(
      admin,
      { apiVersion: "v1", kind: "ResourceQuota", namespace: ns, name: "quota" },
      (each) => (each?.status as { used?: Record<string, string> })?.used?.pods === "0",
    );

    // Another hand, and another version, do not wake it.
    await scale(ns, "stated", 1);
    await until<AnyObject>(
      admin,
      deployment(ns, "stated"),
      (each) => (each?.spec as { replicas?: number })?.replicas === 0,
    );
    await scale(ns, "stated", 0);
    await change(ns, "all", { image: "labring/all:2.0.0" });
    await until<Installation>(
      admin,
      named(ns, "all"),
      (each) => each?.status?.revision === 2 && each.status.phase === "Suspended",
    );
    expect(await replicas(ns)).toEqual({ stated: 0, scaled: 0, open: 0 });

    await change(ns, "all", { suspended: false });
    await untilPhase(admin, ns, "all", "Running");
    expect(await replicas(ns)).toEqual({ stated: 1, scaled: 3, open: 2 });
    const set = await admin.get<AnyObject>({ ...deployment(ns, "set"), kind: "StatefulSet" });
    expect(set.spec).toMatchObject({ replicas: 1 });
  });

  test("does not run again what was done before it stopped", async () => {
    const ns = await tenant();
    await install(admin, ns, "labring/all:1.0.0");
    await untilPhase(admin, ns, "all", "Running");
    const setup = { apiVersion: "batch/v1", kind: "Job", namespace: ns, name: "setup" };
    await until(admin, setup, (each) => each === undefined);
    await change(ns, "all", { suspended: true });
    await untilPhase(admin, ns, "all", "Suspended");
    expect(await admin.find(setup)).toBeUndefined();
    await change(ns, "all", { suspended: false });
    await untilPhase(admin, ns, "all", "Running");
    expect(await admin.find(setup)).toBeUndefined();
  });

  test("may be installed so, and starts as its image says", async () => {
    const ns = await tenant();
    await install(admin, ns, "labring/all:2.0.0", { suspended: true });
    await untilPhase(admin, ns, "all", "Suspended");
    await change(ns, "all", { suspended: false });
    await untilPhase(admin, ns, "all", "Running");
    expect(await replicas(ns)).toEqual({ stated: 2, scaled: 2, open: 1 });
  });
});

describe("a workload that somebody scales", () => {
  test("keeps that number while its installation runs", async () => {
    const ns = await tenant();
    await install(admin, ns, "labring/all:1.0.0");
    await untilPhase(admin, ns, "all", "Running");
    await scale(ns, "scaled", 2);
    await change(ns, "all", { image: "labring/all:2.0.0" });
    await until<Installation>(
      admin,
      named(ns, "all"),
      (each) => each?.status?.revision === 2 && each.status.phase === "Running",
    );
    await scale(ns, "scaled", 4);
    await poke(ns, "all");
    expect(await replicas(ns)).toMatchObject({ stated: 2, scaled: 4 });
  });
});

const nights: Schedule = { stop: "0 20 * * *", start: "0 8 * * *", timeZone: "Asia/Shanghai" };
/** The next time that it is so late in Shanghai, which has no summer time. */
function laterAt(hour: number, minute = 0): number {
  const day = 86_400_000;
  const time = (((hour - 8 + 24) % 24) * 60 + minute) * 60_000;
  return Math.floor(now / day) * day + time + (now % day >= time ? day : 0);
}

/** Has the manager look again, and waits until it has. */
async function poke(namespace: string, name: string): Promise<Installation> {
  const mark = `${performance.now()}`;
  const { metadata } = await admin.patch<Installation>(
    named(namespace, name),
    { metadata: { annotations: { [annotation.retry]: mark } }, spec: { revisionHistoryLimit: ++limit } },
    { type: "merge" },
  );
  const seen = await until<Installation>(
    admin,
    named(namespace, name),
    (each) => (each?.status?.observedGeneration ?? 0) >= (metadata.generation ?? 0),
  );
  return seen as Installation;
}
let limit = 10;

describe("a schedule", () => {
  test("stops and starts at its times, each once, whoever leads", async () => {
    const ns = await tenant();
    now = laterAt(12);
    await install(admin, ns, "labring/small:1.0.0", { schedule: nights });
    const running = await untilPhase(admin, ns, "small", "Running");
    expect(running.spec.suspended ?? false).toBe(false);
    const planned = await until<Installation>(admin, named(ns, "small"), (each) =>
      Boolean(
        each?.status?.conditions?.some(({ type, status }) => type === "Scheduled" && status === "True"),
      ),
    );
    expect(planned?.status?.conditions?.find(({ type }) => type === "Scheduled")?.message).toMatch(
      /^stop at \S+T12:00Z, start at \S+T00:00Z$/,
    );

    // The time comes while nobody leads.
    await stage.end();
    now = laterAt(20, 5);
    await begin();
    const { status } = await untilPhase(admin, ns, "small", "Suspended");
    expect(status?.history).toContainEqual(expect.objectContaining({ event: "Stopped", by: "app-manager" }));

    // Who starts it by hand is not contradicted, by this manager or the next.
    await change(ns, "small", { suspended: false });
    await untilPhase(admin, ns, "small", "Running");
    await stage.end();
    now = laterAt(23);
    await begin();
    expect((await poke(ns, "small")).spec.suspended).toBe(false);

    await change(ns, "small", { suspended: true });
    await untilPhase(admin, ns, "small", "Suspended");
    now = laterAt(8);
    await poke(ns, "small");
    await untilPhase(admin, ns, "small", "Running");
  });

  test("begins with what comes after it was set, also when it is changed", async () => {
    const ns = await tenant();
    // By the API server's clock, which knows when the schedule was set.
    now = Date.now();
    const past = (hours: number) => `0 ${new Date(now - hours * 3_600_000).getUTCHours()} * * *`;
    await install(admin, ns, "labring/small:1.0.0", { schedule: { stop: past(2) } });
    await untilPhase(admin, ns, "small", "Running");
    await change(ns, "small", { schedule: { stop: past(1) } });
    expect((await poke(ns, "small")).spec.suspended ?? false).toBe(false);
    now += 23.5 * 3_600_000;
    await poke(ns, "small");
    await untilPhase(admin, ns, "small", "Suspended");
  });

  test("is kept after the clock was wrong for a while", async () => {
    const ns = await tenant();
    now = laterAt(12);
    const before = now;
    await install(admin, ns, "labring/small:1.0.0", { schedule: nights });
    await untilPhase(admin, ns, "small", "Running");
    now += 3650 * 86_400_000;
    await poke(ns, "small");
    now = before;
    await poke(ns, "small");
    await change(ns, "small", { suspended: false });
    now = laterAt(20);
    await poke(ns, "small");
    await untilPhase(admin, ns, "small", "Suspended");
  });

  test("that cannot be kept is refused or named, and the app goes on", async () => {
    const ns = await tenant();
    await expect(
      install(admin, ns, "labring/small:1.0.0", { schedule: { stop: "at eight" } }),
    ).rejects.toThrow(/five fields/);
    await expect(
      install(admin, ns, "labring/small:1.0.0", { schedule: { timeZone: "UTC" } }),
    ).rejects.toThrow(/when to stop/);
    await install(admin, ns, "labring/small:1.0.0", { schedule: { ...nights, timeZone: "Mars/Olympus" } });
    await untilPhase(admin, ns, "small", "Running");
    const told = await until<Installation>(admin, named(ns, "small"), (each) =>
      Boolean(each?.status?.conditions?.some(({ reason }) => reason === "InvalidSchedule")),
    );
    expect(told?.status?.conditions?.find(({ type }) => type === "Scheduled")?.message).toContain(
      "Mars/Olympus",
    );
  });
});

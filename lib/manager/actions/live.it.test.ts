import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Exchange, type FaultProxy, rerouted } from "../../../tools/faults/index.ts";
import { Cluster } from "../../cluster/index.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { type ActionRun, API_VERSION } from "../../model/resources.ts";
import type { Manager } from "../manager.ts";
import { install, makeTenant, until, untilPhase } from "../testing/cluster.ts";
import { putCommandImage } from "../testing/command.ts";
import { openStage, type Stage } from "../testing/stage.ts";

/** What happens while a run is under way: the manager's requests come late where a test wants it. */
let stage: Stage;
let admin: Cluster;
let proxy: FaultProxy;
let manager: Manager;
let kubeconfig: string;
let ns: string;

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;
const action = (name: string, cmd: string[]) =>
  `apiVersion: actions.sealos.io/v1\nkind: Action\nmetadata: { name: ${name} }\nspec:\n  cmd: ${JSON.stringify(cmd)}\n`;

beforeAll(async () => {
  stage = await openStage({});
  admin = stage.admin;
  kubeconfig = join(stage.folder, "kubeconfig");
  proxy = await rerouted(await stage.cluster.accountKubeconfig("sealos-system", "manager"), kubeconfig);
  await putCommandImage(
    stage.images,
    "labring/two:1",
    {
      "app.yaml":
        "apiVersion: app.sealos.io/v1\nkind: Template\nmetadata: { name: two }\nspec: { title: Two }\n",
      "manifests/a.yaml": configMap("two-a"),
      "manifests/b.yaml": configMap("two-b"),
      "actions/renew.yaml": action("renew", [
        "kubectl apply -f manifests/a.yaml",
        "kubectl delete -f manifests/b.yaml",
      ]),
      "actions/script.yaml": action("script", ["echo one", "sleep 3600"]),
      "actions/brief.yaml": action("brief", ["sleep infinity"]).replace("cmd:", "timeoutSeconds: 1\n  cmd:"),
    },
    {},
  );
  await begin();
  ns = await makeTenant(admin, "alice");
  await install(admin, ns, "labring/two:1");
  await untilPhase(admin, ns, "two", "Running");
}, 180_000);

afterAll(async () => {
  await stage?.end();
  await proxy?.stop();
  await stage?.close();
});

const begin = async () => {
  manager = await stage.begin({
    cluster: Cluster.fromKubeconfig(kubeconfig),
    runnerImage: "registry.example.com/runner:1",
  });
};

const reference = (name: string) => ({ apiVersion: API_VERSION, kind: "ActionRun", namespace: ns, name });
const start = (name: string, action: string) =>
  admin.create<ActionRun>({
    apiVersion: API_VERSION,
    kind: "ActionRun",
    metadata: { name, namespace: ns },
    spec: { installation: "two", action },
  });
const untilRun = (name: string, holds: (run: ActionRun) => boolean) =>
  until<ActionRun>(admin, reference(name), (run) => run !== undefined && holds(run));
const jobs = async () =>
  (await admin.list<KubernetesObject>({ apiVersion: "batch/v1", kind: "Job", namespace: ns })).items.filter(
    ({ metadata }) => !metadata.deletionTimestamp,
  );

test("what kubectl lines have done is in the status while the next is under way, with the step and the time limit", async () => {
  const seen = Promise.withResolvers<void>();
  proxy.next({
    matches: ({ method, path }) => method === "DELETE" && path.includes("/configmaps/two-b"),
    fault: { kind: "delay", until: seen.promise },
  });
  await start("renew", "renew");
  const half = await untilRun("renew", ({ status }) => Boolean(status?.output)).finally(seen.resolve);
  expect(half?.status).toMatchObject({
    phase: "Running",
    output: 'ConfigMap "two-a" is unchanged.',
    progress: { step: 2, steps: 2 },
    timeoutSeconds: 300,
  });
  const whole = await untilRun("renew", ({ status }) => status?.phase === "Succeeded");
  expect(whole?.status?.output).toBe('ConfigMap "two-a" is unchanged.\nConfigMap "two-b" is deleted.');
});

test("a Job that is just being made when its run is cancelled is gone before the run is called cancelled", async () => {
  const made = ({ method, path }: Exchange) => method === "PATCH" && /\/jobs\/late-command-/.test(path);
  const known = Promise.withResolvers<void>();
  proxy.next({ matches: made, fault: { kind: "delay", until: known.promise } });
  await start("late", "script");
  await vi.waitFor(() => expect(proxy.exchanges.some(made)).toBe(true), 20_000);
  await admin.patch(reference("late"), { spec: { cancelled: true } }, { type: "merge" });
  const knows = () => expect(manager.world.runs.get(ns, "late")?.spec.cancelled).toBe(true);
  await vi.waitFor(knows, { timeout: 20_000 }).finally(known.resolve);
  await untilRun("late", ({ status }) => status?.phase === "Cancelled");
  await vi.waitFor(() => expect(proxy.exchanges.find(made)?.status).toBe(201), 20_000);
  expect(await jobs()).toEqual([]);
});

test("a Job that turns up after its run was cancelled, made by a manager that is no more, is removed", async () => {
  const run = await start("orphan", "script");
  await admin.patch(reference("orphan"), { spec: { cancelled: true } }, { type: "merge" });
  await untilRun("orphan", ({ status }) => status?.phase === "Cancelled");
  await stage.end();
  const { name, uid = "" } = run.metadata;
  await admin.create({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      ...{ name: "orphan-command-0123456789", namespace: ns },
      ownerReferences: [{ apiVersion: API_VERSION, kind: "ActionRun", name, uid }],
    },
    spec: {
      suspend: true,
      template: { spec: { restartPolicy: "Never", containers: [{ name: "command", image: "runner" }] } },
    },
  });
  await begin();
  await vi.waitFor(async () => expect(await jobs()).toEqual([]), 20_000);
});

test("an action with no end is ended when its time is over, with what runs for it", async () => {
  await start("brief", "brief");
  const ended = await untilRun("brief", ({ status }) => status?.finishedAt !== undefined);
  expect(ended?.status).toMatchObject({
    phase: "Failed",
    conditions: [{ reason: "TimedOut", message: expect.stringContaining("1 seconds") }],
  });
  expect(await jobs()).toEqual([]);
});

test("an action on an app that is uninstalled meanwhile says so, and nothing of it goes on", async () => {
  await start("under-way", "script");
  await start("waiting", "renew");
  await vi.waitFor(async () => expect(await jobs()).toHaveLength(1), 20_000);
  await admin.delete({ apiVersion: API_VERSION, kind: "Installation", namespace: ns, name: "two" });
  for (const name of ["under-way", "waiting"]) {
    const ended = await untilRun(name, ({ status }) => status?.finishedAt !== undefined);
    expect([name, ended?.status?.phase, ended?.status?.conditions?.[0]?.reason]).toEqual([
      ...[name, "Failed", "TargetGone"],
    ]);
  }
  expect(await jobs()).toEqual([]);
});

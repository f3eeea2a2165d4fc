import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Budget } from "../../model/budget.ts";
import { stopMark } from "../../model/budget-stop.ts";
import { BUDGET_MANAGER } from "../../model/door.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { type ActionRun, API_VERSION, annotation, label } from "../../model/resources.ts";
import {
  application,
  install,
  makeTenant,
  putImage,
  shipped,
  until,
  untilPhase,
} from "../testing/cluster.ts";
import { openStage, type Stage } from "../testing/stage.ts";

let stage: Stage;
let ns: string;

type Postgresql = KubernetesObject & { spec: { numberOfInstances: number } };
const postgresql = { apiVersion: "acid.zalan.do/v1", kind: "postgresql" };
const spec = { teamId: "acid", volume: { size: "1Gi" }, postgresql: { version: "17" } };
const reference = (name: string) => ({ ...postgresql, namespace: ns, name });
const budget = () => ({ apiVersion: API_VERSION, kind: "Budget", namespace: ns, name: "default" });

const database = (name: string, numberOfInstances: number, annotations = {}) =>
  stage.admin.create({
    ...postgresql,
    metadata: { name, namespace: ns, annotations },
    spec: { ...spec, numberOfInstances },
  });
const instances = async (name: string) =>
  (await stage.admin.get<Postgresql>(reference(name))).spec.numberOfInstances;
const untilInstances = (name: string, number: number) =>
  until<Postgresql>(stage.admin, reference(name), (each) => each?.spec.numberOfInstances === number);
const untilUnmarked = (name: string) =>
  until(stage.admin, reference(name), (each) => each !== undefined && stopMark(each) === undefined);

/** As whoever judges budgets would say it. */
const judged = (phase: "Stopped" | "Within") =>
  stage.admin.patch(budget(), { status: { phase } }, { type: "merge", subresource: "status" });

async function runsOf(name: string): Promise<ActionRun[]> {
  const type = { apiVersion: API_VERSION, kind: "ActionRun", namespace: ns, labelSelector: label.budget };
  const { items } = await stage.admin.list<ActionRun>(type);
  return items.filter((run) => run.spec.instance?.name === name);
}
const waysOf = async (name: string) => (await runsOf(name)).map((run) => run.spec.action).sort();

beforeAll(async () => {
  stage = await openStage();
  const { images, admin } = stage;
  await putImage(images, "labring/postgres:1.15.1", await shipped("providers/postgres"));
  await putImage(images, "labring/mysql:1.0.0", await shipped("providers/mysql"));
  const manifests = `apiVersion: acid.zalan.do/v1
kind: postgresql
metadata: { name: acid-wiki }
spec: { teamId: acid, numberOfInstances: 1, volume: { size: 1Gi }, postgresql: { version: "17" } }
`;
  await putImage(images, "labring/wiki:1.0.0", application("wiki", manifests));
  await stage.begin();
  ns = await makeTenant(admin, "spender");
  await install(admin, ns, "labring/postgres:1.15.1");
  await install(admin, ns, "labring/mysql:1.0.0");
  await untilPhase(admin, ns, "postgres", "Running", 60_000);
  await untilPhase(admin, ns, "mysql", "Running", 60_000);
  await install(admin, ns, "labring/wiki:1.0.0");
  await untilPhase(admin, ns, "wiki", "Running");
  await database("acid-shop", 2);
  await database("acid-idle", 0);
  await admin.create({
    ...{ apiVersion: "mysql.oracle.com/v2", kind: "InnoDBCluster" },
    metadata: { name: "orders", namespace: ns },
    spec: { secretName: "orders", instances: 1, router: { instances: 1 }, tlsUseSelfSigned: true },
  });
  await admin.create<Budget>({
    ...{ apiVersion: API_VERSION, kind: "Budget", metadata: { name: "default", namespace: ns } },
    spec: { monthly: "5" },
  } as Budget);
}, 180_000);

afterAll(() => stage?.close());

test("a spent budget stops every instance that can be stopped, once, and names the others", async () => {
  await judged("Stopped");
  await untilInstances("acid-shop", 0);
  const set = { apiVersion: "apps/v1", kind: "StatefulSet", namespace: ns, name: "acid-shop" };
  await until(stage.admin, set, (each) => (each?.spec as { replicas?: number })?.replicas === 0);
  await until(stage.admin, reference("acid-shop"), (each) => stopMark(each as never)?.state === "stopped");
  const [run] = await runsOf("acid-shop");
  expect(run?.metadata.managedFields).toEqual(
    expect.arrayContaining([expect.objectContaining({ manager: BUDGET_MANAGER })]),
  );
  const told = await until<Budget>(stage.admin, budget(), (each) => each?.status?.goingOn !== undefined);
  expect(told?.status?.goingOn).toEqual([
    expect.objectContaining({ kind: "InnoDBCluster", name: "orders", reason: "NotStoppable" }),
  ]);
  // Whoever leads next finds it all in the cluster.
  await stage.begin();
  await database("acid-late", 1);
  await untilInstances("acid-late", 0);
  expect(await waysOf("acid-shop")).toEqual(["stop"]);
  expect(await waysOf("acid-idle")).toEqual([]);
}, 180_000);

test("an app's database stays stopped with its app, though the app's image says otherwise", async () => {
  await untilInstances("acid-wiki", 0);
  await untilPhase(stage.admin, ns, "wiki", "Suspended");
  await stage.admin.patch(
    { apiVersion: API_VERSION, kind: "Installation", namespace: ns, name: "wiki" },
    { metadata: { annotations: { [annotation.retry]: "now" } } },
    { type: "merge" },
  );
  await database("acid-later", 1);
  await untilInstances("acid-later", 0);
  expect(await instances("acid-wiki")).toBe(0);
});

test("nobody starts an instance by hand while the budget is spent", async () => {
  const run = await stage.admin.create<ActionRun>({
    ...{ apiVersion: API_VERSION, kind: "ActionRun", metadata: { name: "by-hand", namespace: ns } },
    spec: { instance: { ...postgresql, name: "acid-shop" }, action: "start" },
  } as ActionRun);
  const { name } = run.metadata;
  const done = await until<ActionRun>(
    stage.admin,
    { apiVersion: API_VERSION, kind: "ActionRun", namespace: ns, name },
    (each) => each?.status?.finishedAt !== undefined,
  );
  expect(done?.status?.conditions?.[0]).toMatchObject({
    reason: "BudgetReached",
    message: expect.stringContaining("has spent its budget for this month"),
  });
  expect(await instances("acid-shop")).toBe(0);
});

test("when the stop ends, what the budget stopped starts as it was, and nothing else", async () => {
  await stage.end();
  await judged("Within");
  await stage.begin();
  await untilInstances("acid-shop", 2);
  await untilInstances("acid-wiki", 1);
  for (const name of ["acid-shop", "acid-late", "acid-wiki"]) await untilUnmarked(name);
  await untilPhase(stage.admin, ns, "wiki", "Running");
  expect(await instances("acid-idle")).toBe(0);
  expect(await waysOf("acid-shop")).toEqual(["start", "stop"]);
  await vi.waitFor(
    async () => expect((await stage.admin.get<Budget>(budget())).status?.goingOn).toBeUndefined(),
    { timeout: 20_000 },
  );
}, 180_000);

test("a manager that is killed between the mark and the run leaves both to the next one", async () => {
  await stage.end();
  await database("acid-killed", 1, { [annotation.budgetStop]: "stopping 0a1b2c3d" });
  await judged("Stopped");
  await stage.begin();
  await untilInstances("acid-killed", 0);
  expect((await runsOf("acid-killed")).map(({ metadata }) => metadata.name)).toEqual([
    "acid-killed-budget-stop-0a1b2c3d",
  ]);
});

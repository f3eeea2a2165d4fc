import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cluster } from "../../cluster/index.ts";
import type { ContentStore, Files } from "../../images/index.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { type ActionRun, API_VERSION, type Installation } from "../../model/resources.ts";
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
let admin: Cluster;
let images: ContentStore;
let ns: string;
let number = 0;

const postgresql = { apiVersion: "acid.zalan.do/v1", kind: "postgresql" };
const configMap = (name: string, namespace = ns) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  namespace,
  name,
});
const runReference = (name: string, namespace = ns) => ({
  apiVersion: API_VERSION,
  kind: "ActionRun",
  namespace,
  name,
});

const manifests = `apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { color: "\${{ inputs.color }}", password: "\${{ defaults.password }}" }
`;
const header = `defaults:
  password: { type: string, value: "\${{ random(16) }}" }
inputs:
  color: { type: string, default: blue }`;

const action = (name: string, spec: string) =>
  `apiVersion: actions.sealos.io/v1\nkind: Action\nmetadata: { name: ${name} }\nspec:\n${spec.replace(/^/gm, "  ")}\n`;

const annotate = (key: string, value: string, target = "settings", kind = "ConfigMap") =>
  `patch:
  target: { apiVersion: v1, kind: ${kind}, name: ${target} }
  patch: |
    metadata:
      annotations:
        ${key}: ${value}`;

function withActions(name: string, actions: Record<string, string>): Files {
  const files = new Map(application(name, manifests, header));
  for (const [each, spec] of Object.entries(actions))
    files.set(`actions/${each}.yaml`, new TextEncoder().encode(action(each, spec)));
  return files;
}

function run(spec: ActionRun["spec"], namespace = ns, as = admin): Promise<ActionRun> {
  number++;
  return as.create<ActionRun>({
    apiVersion: API_VERSION,
    kind: "ActionRun",
    metadata: { name: `run-${number}`, namespace },
    spec,
  } as ActionRun);
}

async function outcome({ metadata }: ActionRun): Promise<NonNullable<ActionRun["status"]>> {
  const done = await until<ActionRun>(
    admin,
    runReference(metadata.name, metadata.namespace),
    (each) => each?.status?.finishedAt !== undefined,
  );
  return done?.status ?? {};
}

const reasonOf = (status: NonNullable<ActionRun["status"]>) => status.conditions?.[0]?.reason;

beforeAll(async () => {
  stage = await openStage();
  ({ admin, images } = stage);
  await putImage(images, "labring/postgres:1.15.1", await shipped("providers/postgres"));
  const settings = withActions("settings", {
    mark: `inputs: { text: { type: string, required: true } }\n${annotate("mark", "${{ inputs.text }}")}`,
    leak: annotate("leak", "x", "foreign"),
    steal: annotate("hub.sealos.io/installation", "other"),
    claim:
      "patch:\n  target: { apiVersion: v1, kind: ConfigMap, name: settings }\n  patch: 'metadata: { labels: { hub.sealos.io/installation: other } }'",
    tell: annotate("mark", "x", "${{ defaults.password }}"),
    again: "apply: [manifests/app.yaml]",
    reset: "cmd: [kubectl delete -f manifests/app.yaml, kubectl apply -f manifests/app.yaml]",
    shell: 'cmd: ["rm -rf $(HOME)"]',
  });
  await putImage(images, "labring/settings:1.0.0", settings);
  const events = withActions("events", {
    first: `phase: ON_INSTALL\n${annotate("installed", "by-event")}`,
    last: "phase: ON_UNINSTALL\ncmd: [unheard-of]",
  });
  await putImage(images, "labring/events:1.0.0", events);
  await stage.begin();
  ns = await makeTenant(admin, "alice");
  await install(admin, ns, "labring/postgres:1.15.1");
  await install(admin, ns, "labring/settings:1.0.0");
  await untilPhase(admin, ns, "postgres", "Running", 40_000);
  await untilPhase(admin, ns, "settings", "Running");
  await admin.create({
    ...postgresql,
    metadata: { name: "acid-shop", namespace: ns },
    spec: {
      teamId: "acid",
      volume: { size: "1Gi" },
      numberOfInstances: 1,
      postgresql: { version: "16" },
    },
  });
});

afterAll(() => stage?.close());

const shop = { ...postgresql, name: "acid-shop" };
const spec = async () =>
  (await admin.get<KubernetesObject & { spec: Record<string, unknown> }>({ ...shop, namespace: ns })).spec;

describe("an action on an instance", () => {
  test("scales, enlarges and upgrades a database, each value of the type that its field has", async () => {
    const scaled = await outcome(await run({ instance: shop, action: "scale", inputs: { instances: "3" } }));
    expect(scaled).toMatchObject({ phase: "Succeeded", output: 'postgresql "acid-shop" is patched.' });
    expect(scaled.startedAt).toBeDefined();
    const resized = await outcome(await run({ instance: shop, action: "resize", inputs: { size: "2Gi" } }));
    expect(resized.phase).toBe("Succeeded");
    const updated = await outcome(await run({ instance: shop, action: "update", inputs: { version: "17" } }));
    expect(updated.phase).toBe("Succeeded");
    expect(await spec()).toMatchObject({
      numberOfInstances: 3,
      volume: { size: "2Gi" },
      postgresql: { version: "17" },
    });
    await until(
      admin,
      { apiVersion: "apps/v1", kind: "StatefulSet", namespace: ns, name: "acid-shop" },
      (set) => Boolean(set && (set.spec as { replicas?: number }).replicas === 3),
    );
  });

  test("fails with a reason for what is unknown, missing, gone or not allowed, and changes nothing", async () => {
    const before = await spec();
    const gone = { ...shop, name: "acid-gone" };
    const elsewhere = { ...shop, namespace: "ns-other" };
    const cases: [ActionRun["spec"], string][] = [
      [{ instance: shop, action: "unheard" }, "NotFound"],
      [{ instance: shop, action: "resize" }, "InputMissing"],
      [{ instance: shop, action: "scale", inputs: { instances: "many" } }, "InputInvalid"],
      [{ instance: shop, action: "scale", inputs: { other: "1" } }, "InputInvalid"],
      [{ instance: gone, action: "scale", inputs: { instances: "2" } }, "TargetGone"],
      [{ instance: elsewhere, action: "scale", inputs: { instances: "2" } }, "Refused"],
      [{ installation: "absent", action: "scale" }, "TargetGone"],
      // Names with which a path would lead elsewhere.
      [{ installation: "../../ns-other/installations/shop", action: "scale" }, "Refused"],
      [
        { instance: { ...shop, name: "../acid-shop" }, action: "scale", inputs: { instances: "2" } },
        "Refused",
      ],
      [{ instance: { ...shop, apiVersion: "acid.zalan.do/v9" }, action: "scale" }, "TargetGone"],
    ];
    for (const [wanted, reason] of cases) {
      const status = await outcome(await run(wanted));
      expect([wanted.action, status.phase, reasonOf(status)]).toEqual([wanted.action, "Failed", reason]);
      expect(status.conditions?.[0]?.message).not.toBe("");
    }
    expect(await spec()).toEqual(before);
  });

  test("waits for its turn: of opposite runs on one instance the later one stands at the end", async () => {
    await stage.end();
    const order = [];
    for (const instances of ["1", "4", "2"])
      order.push(await run({ instance: shop, action: "scale", inputs: { instances } }));
    await stage.begin();
    const done = [];
    for (const each of order) done.push(await outcome(each));
    expect(done.map(({ phase }) => phase)).toEqual(["Succeeded", "Succeeded", "Succeeded"]);
    const [first, second, third] = done;
    expect(Date.parse(second?.startedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(first?.finishedAt ?? ""));
    expect(Date.parse(third?.startedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(second?.finishedAt ?? ""));
    expect((await spec()).numberOfInstances).toBe(2);
  });

  test("fails when its time is over, also when the manager was away meanwhile", async () => {
    await stage.end();
    const late = await run({ instance: shop, action: "scale", inputs: { instances: "5" } });
    const startedAt = new Date(Date.now() - 301_000).toISOString();
    await admin.patch(
      runReference(late.metadata.name),
      { status: { phase: "Running", startedAt } },
      { type: "merge", subresource: "status" },
    );
    await stage.begin();
    expect(reasonOf(await outcome(late))).toBe("TimedOut");
    expect((await spec()).numberOfInstances).not.toBe(5);
  });

  test("is cancelled while it waits and while it is under way, and what worked for it is stopped", async () => {
    await stage.end();
    const before = (await spec()).numberOfInstances;
    const running = await run({ instance: shop, action: "scale", inputs: { instances: "7" } });
    await admin.patch(
      runReference(running.metadata.name),
      { status: { phase: "Running", startedAt: new Date().toISOString() } },
      { type: "merge", subresource: "status" },
    );
    const job = { apiVersion: "batch/v1", kind: "Job", namespace: ns, name: "working" };
    const { apiVersion, kind, metadata } = running;
    await admin.create({
      ...{ apiVersion: job.apiVersion, kind: job.kind },
      metadata: {
        name: job.name,
        namespace: ns,
        ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid ?? "" }],
      },
      spec: {
        suspend: true,
        template: { spec: { restartPolicy: "Never", containers: [{ name: "work", image: "busybox" }] } },
      },
    });
    const waiting = await run({ instance: shop, action: "scale", inputs: { instances: "8" } });
    const after = await run({ instance: shop, action: "scale", inputs: { instances: String(before) } });
    for (const each of [running, waiting])
      await admin.patch(runReference(each.metadata.name), { spec: { cancelled: true } }, { type: "merge" });
    await stage.begin();
    for (const each of [running, waiting]) {
      const status = await outcome(each);
      expect([status.phase, reasonOf(status)]).toEqual(["Cancelled", "Cancelled"]);
    }
    expect((await outcome(after)).phase).toBe("Succeeded");
    expect((await spec()).numberOfInstances).toBe(before);
    await until(admin, job, (each) => each === undefined || Boolean(each.metadata.deletionTimestamp));
  });

  test("is removed after its time to live, and cannot be begun by another tenant", async () => {
    const brief = await run({
      instance: shop,
      action: "scale",
      inputs: { instances: "2" },
      ttlSecondsAfterFinished: 0,
    });
    await until(admin, runReference(brief.metadata.name), (each) => each === undefined);
    await makeTenant(admin, "bob");
    const bob = admin.as("system:serviceaccount:ns-bob:member-bob");
    await expect(
      run({ instance: shop, action: "scale", inputs: { instances: "9" } }, ns, bob),
    ).rejects.toMatchObject({
      status: 403,
    });
  });
});

describe("an action of an application", () => {
  const annotations = async () => (await admin.get(configMap("settings"))).metadata.annotations;
  const start = (name: string, inputs?: Record<string, string>) =>
    run({ installation: "settings", action: name, ...(inputs ? { inputs } : {}) });

  test("patches its own objects, with whatever text it is given", async () => {
    const text = '"}\nkind: Secret # $(reboot) {}';
    expect((await outcome(await start("mark", { text }))).phase).toBe("Succeeded");
    expect(await annotations()).toMatchObject({ mark: text });
  });

  test("touches no object of others and no mark of AppManager", async () => {
    await admin.create({ ...configMap("foreign"), metadata: { name: "foreign", namespace: ns } });
    expect(reasonOf(await outcome(await start("leak")))).toBe("NotOurs");
    expect(reasonOf(await outcome(await start("steal")))).toBe("ManifestRefused");
    expect(reasonOf(await outcome(await start("claim")))).toBe("Refused");
    expect((await admin.get(configMap("foreign"))).metadata.annotations).toBeUndefined();
  });

  test("never shows a drawn secret, also when it fails", async () => {
    const { data } = await admin.get<KubernetesObject & { data: Record<string, string> }>(
      configMap("settings"),
    );
    const status = await outcome(await start("tell"));
    expect(status.phase).toBe("Failed");
    expect(data.password?.length).toBe(16);
    expect(JSON.stringify(status)).not.toContain(data.password);
  });

  test("applies and deletes its manifests; other commands are refused before the first is carried out", async () => {
    expect(await outcome(await start("again"))).toMatchObject({
      phase: "Succeeded",
      output: 'ConfigMap "settings" is unchanged.',
    });
    const uid = (await admin.get(configMap("settings"))).metadata.uid;
    expect((await outcome(await start("reset"))).phase).toBe("Succeeded");
    expect((await admin.get(configMap("settings"))).metadata.uid).not.toBe(uid);
    const refused = await outcome(await start("shell"));
    expect([refused.phase, reasonOf(refused)]).toEqual(["Failed", "Unsupported"]);
  });
});

describe("actions at events", () => {
  const runsOf = async (namespace: string) =>
    (await admin.list<ActionRun>({ apiVersion: API_VERSION, kind: "ActionRun", namespace })).items;

  test("run once at installing, also when the manager is replaced in between, and never keep an app from leaving", async () => {
    const home = await makeTenant(admin, "carol");
    await install(admin, home, "labring/events:1.0.0");
    await untilPhase(admin, home, "events", "Running");
    await stage.end();
    // As if it had been killed after making the run and before noting it.
    const installation = { apiVersion: API_VERSION, kind: "Installation", namespace: home, name: "events" };
    const known = (await admin.get<Installation>(installation)).status?.conditions ?? [];
    await admin.patch(
      installation,
      { status: { conditions: known.filter(({ type }) => type !== "InstallActionsBegun") } },
      { type: "merge", subresource: "status" },
    );
    await stage.begin();
    await until<Installation>(admin, installation, (each) =>
      Boolean(each?.status?.conditions?.some(({ type }) => type === "InstallActionsBegun")),
    );
    await until(
      admin,
      configMap("settings", home),
      (each) => each?.metadata.annotations?.installed === "by-event",
    );
    const [first, ...more] = await runsOf(home);
    expect(more).toEqual([]);
    expect((await outcome(first as ActionRun)).phase).toBe("Succeeded");

    await admin.delete(installation);
    const [last] = await waitForRun(home, "last");
    expect(reasonOf(await outcome(last as ActionRun))).toBe("Unsupported");
    await until(admin, installation, (each) => each === undefined);
    expect(await admin.find(configMap("settings", home))).toBeUndefined();
    // Why it failed can be read when the app is gone.
    const kept = (await runsOf(home)).find(({ spec }) => spec.action === "last");
    expect(kept?.metadata.ownerReferences).toBeUndefined();
    expect(kept?.status?.conditions?.[0]?.message).toContain("unheard-of");
  });

  async function waitForRun(namespace: string, wanted: string): Promise<ActionRun[]> {
    const isWanted = (each: ActionRun) => each.spec.action === wanted;
    const type = { apiVersion: API_VERSION, kind: "ActionRun", namespace };
    const { items, resourceVersion } = await admin.list<ActionRun>(type);
    if (items.some(isWanted)) return items.filter(isWanted);
    for await (const event of admin.watch<ActionRun>(
      { ...type, resourceVersion },
      AbortSignal.timeout(20_000),
    ))
      if (event.type === "ADDED" && isWanted(event.object)) return [event.object];
    return [];
  }
});

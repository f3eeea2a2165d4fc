import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findBinaries } from "../../tools/cluster/binaries/find.ts";
import type { AnyObject, Cluster } from "../cluster/index.ts";
import type { ContentStore } from "../images/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { type ActionRun, API_VERSION, annotation, type Installation, label } from "../model/resources.ts";
import { install, makeTenant, until, untilPhase } from "./testing/cluster.ts";
import { playContainer, playKubelet, putCommandImage, untilJob } from "./testing/command.ts";
import { openStage, type Stage } from "./testing/stage.ts";

let stage: Stage;
let admin: Cluster;
let images: ContentStore;

const action = `apiVersion: actions.sealos.io/v1
kind: Action
metadata: { name: greet }
spec:
  inputs: { who: { type: string, default: you } }
  cmd: [kubectl apply -f manifests/a.yaml, 'echo "hello $(who)"']
`;
const RUNNER = "registry.example.com/runner:1";
const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;
const app = `apiVersion: app.sealos.io/v1
kind: Template
metadata: { name: shop }
spec:
  title: Shop
  inputs: { color: { type: string, default: blue }, password: { type: string, default: s3cret-word } }
`;

beforeAll(async () => {
  stage = await openStage({});
  ({ admin, images } = stage);
  const entrypoint = { Entrypoint: ["bash", "entrypoint.sh"] };
  const script = "set -e\n# all of it\nkubectl apply -f deploy && kubectl create -f more.yaml\n";
  await putCommandImage(
    images,
    "labring/plain:1",
    {
      "entrypoint.sh": script,
      "deploy/a.yaml": configMap("plain-a"),
      "more.yaml": configMap("plain-b"),
      "README.md": "# Plain\n",
    },
    entrypoint,
  );
  await putCommandImage(
    images,
    "labring/shop:1",
    { "app.yaml": app, "entrypoint.sh": 'kubectl get nodes\nhelm upgrade -i shop ./shop --set "c=$color"\n' },
    entrypoint,
  );
  await putCommandImage(
    images,
    "labring/real:1",
    {
      "app.yaml": app,
      "entrypoint.sh": [
        "kubectl apply -f deploy",
        'kubectl create configmap made --from-literal=color="$color" --dry-run=client -o yaml | kubectl apply -f -',
        'helm upgrade -i web ./web --set color="$color"',
        '[ "$color" = red ] || kubectl create configmap only-once',
      ].join("\n"),
      "deploy/a.yaml": configMap("applied"),
      "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
      "web/templates/a.yaml": `${configMap("charted")}data: { color: {{ .Values.color | quote }} }\n`,
    },
    entrypoint,
  );
  await putCommandImage(
    images,
    "labring/greeter:1",
    { "app.yaml": app, "manifests/a.yaml": configMap("greeter"), "actions/greet.yaml": action },
    {},
  );
}, 300_000);

afterAll(() => stage?.close());

const installation = (namespace: string, name: string) => ({
  apiVersion: API_VERSION,
  kind: "Installation",
  namespace,
  name,
});
const config = (namespace: string, name: string) =>
  admin.find<AnyObject>({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
const inventory = ({ status }: Installation) =>
  (status?.inventory ?? []).map(({ kind, name }) => `${kind}/${name.replace(/-[0-9a-f]{10}$/, "")}`).sort();
/** As the command in the Job would make it, through the wrapper around kubectl. */
const make = (namespace: string, name: string, labels: Record<string, string>) =>
  admin.apply(
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, labels } },
    { fieldManager: "kubectl" },
  );
const untilShop = async (namespace: string, holds: (each: Installation) => boolean) =>
  (await until<Installation>(
    admin,
    installation(namespace, "shop"),
    (each) => each !== undefined && holds(each),
  )) as Installation;
const remove = async (namespace: string, name: string) => {
  await admin.delete(installation(namespace, name));
  await until(admin, installation(namespace, name), (each) => !each);
};

describe("without a runner image", () => {
  beforeAll(() => stage.begin());
  afterAll(() => stage.end());

  test("an older image of kubectl lines is installed, and removed, as if it had shipped manifests", async () => {
    const namespace = await makeTenant(admin, "plain");
    await install(admin, namespace, "labring/plain:1");
    const running = await untilPhase(admin, namespace, "plain", "Running");
    expect(running.status?.title).toBe("Plain");
    expect(inventory(running)).toEqual(["ConfigMap/plain-a", "ConfigMap/plain-b"]);
    await remove(namespace, "plain");
    expect(await config(namespace, "plain-a")).toBeUndefined();
  });

  test("what needs a shell is refused with its line and the way out, before anything is made", async () => {
    const namespace = await makeTenant(admin, "refused");
    await install(admin, namespace, "labring/shop:1");
    const failed = await untilPhase(admin, namespace, "shop", "Failed");
    expect(failed.status).toMatchObject({
      reason: "command-container",
      params: { file: "entrypoint.sh", line: 1, text: "kubectl get nodes" },
    });
    expect(failed.status?.message).toMatch(/manifests\/ or chart\/.*RUNNER_IMAGE/);
    expect(failed.status?.inventory).toBeUndefined();
  });
});

describe("with a runner image", () => {
  beforeAll(() => stage.begin({ runnerImage: RUNNER }));
  afterAll(() => stage.end());

  test("a command runs once, what it made is the app's, and another run prunes what it makes no more", async () => {
    const namespace = await makeTenant(admin, "life");
    await install(admin, namespace, "labring/shop:1");
    const job = await untilJob(admin, namespace);
    const pod = (job.spec as { template: { spec: Record<string, unknown> } }).template.spec;
    expect(pod).toMatchObject({ serviceAccountName: "life", containers: [{ image: RUNNER }] });
    expect(JSON.stringify(job)).not.toContain("s3cret-word");
    const mark = (of: KubernetesObject) => ({ [label.command]: of.metadata.name });
    await make(namespace, "shop-a", mark(job));
    await make(namespace, "shop-b", mark(job));
    await make(namespace, "foreign", { ...mark(job), [label.installation]: "other" });
    await playKubelet(admin, stage.cluster.kind, job, { exitCode: 0, message: job.metadata.name });
    const running = await untilPhase(admin, namespace, "shop", "Running");
    const support = ["ConfigMap/shop-command", "Job/shop-command", "Secret/shop-command"];
    expect(inventory(running)).toEqual([...support, "ConfigMap/shop-a", "ConfigMap/shop-b"].sort());

    // A restart, and a Job that has removed itself, begin nothing anew.
    await stage.end();
    await admin.delete(
      { apiVersion: "batch/v1", kind: "Job", namespace, name: job.metadata.name },
      { propagationPolicy: "Background" },
    );
    await stage.begin({ runnerImage: RUNNER });
    await admin.patch(
      installation(namespace, "shop"),
      { spec: { revisionHistoryLimit: 5 } },
      { type: "merge" },
    );
    await untilShop(
      namespace,
      ({ metadata, status }) =>
        status?.phase === "Running" && status.observedGeneration === metadata.generation,
    );
    const { items } = await admin.list({ apiVersion: "batch/v1", kind: "Job", namespace });
    expect(items).toEqual([]);

    await admin.patch(
      installation(namespace, "shop"),
      { spec: { inputs: { color: "red" } } },
      { type: "merge" },
    );
    const second = await untilJob(admin, namespace, ({ metadata }) => metadata.name !== job.metadata.name);
    expect(await config(namespace, "shop-a")).toBeDefined();
    await admin.patch(
      { apiVersion: "v1", kind: "ConfigMap", namespace, name: "shop-b" },
      { metadata: { labels: mark(second) } },
      { type: "merge" },
    );
    await playKubelet(admin, stage.cluster.kind, second, { exitCode: 0, message: second.metadata.name });
    const again = await untilShop(
      namespace,
      ({ status }) => status?.phase === "Running" && status.revision === 2,
    );
    expect(inventory(again)).toEqual([...support, "ConfigMap/shop-b"].sort());
    expect(await config(namespace, "shop-a")).toBeUndefined();

    await remove(namespace, "shop");
    expect(await config(namespace, "shop-b")).toBeUndefined();
    expect(await config(namespace, "foreign")).toBeDefined();
  }, 180_000);

  test("a command that is still at it when other inputs come is ended, what it made is not lost, and it may run again", async () => {
    const namespace = await makeTenant(admin, "overtaken");
    await install(admin, namespace, "labring/shop:1");
    const first = await untilJob(admin, namespace);
    await make(namespace, "early", { [label.command]: first.metadata.name });
    const wants = (color: string) =>
      admin.patch(installation(namespace, "shop"), { spec: { inputs: { color } } }, { type: "merge" });
    const isNot = (job: KubernetesObject) => (each: KubernetesObject) =>
      each.metadata.name !== job.metadata.name;
    await wants("red");
    const second = await untilJob(admin, namespace, isNot(first));
    await until(
      admin,
      { apiVersion: "batch/v1", kind: "Job", namespace, name: first.metadata.name },
      (job) => !job || job.metadata.deletionTimestamp !== undefined,
    );
    expect((await config(namespace, "early"))?.metadata.labels?.[label.installation]).toBe("shop");
    await playKubelet(admin, stage.cluster.kind, second, { exitCode: 0, message: second.metadata.name });
    const done = await untilShop(namespace, ({ status }) => status?.phase === "Running");
    // Of the first nothing was to stay that the second does not make.
    expect(inventory(done)).not.toContain("ConfigMap/early");
    expect(await config(namespace, "early")).toBeUndefined();
    await wants("blue");
    const again = await untilJob(admin, namespace, isNot(second));
    expect(again.metadata.name).toBe(first.metadata.name);
    expect(again.metadata.uid).not.toBe(first.metadata.uid);
  }, 180_000);

  test("what kubectl and helm themselves make is found, through an upgrade, and goes with the app", async () => {
    const binaries = await findBinaries(["kubectl", "helm"]);
    if ("missing" in binaries) throw new Error(binaries.missing);
    const namespace = await makeTenant(admin, "real");
    const kubeconfig = await stage.cluster.accountKubeconfig(namespace, "real");
    const run = async (job: KubernetesObject) => {
      const message = await playContainer(admin, job, kubeconfig, Object.values(binaries.found));
      await playKubelet(admin, stage.cluster.kind, job, { exitCode: 0, message });
    };
    await install(admin, namespace, "labring/real:1", {}, "shop");
    const job = await untilJob(admin, namespace);
    await run(job);
    const first = await untilShop(namespace, ({ status }) => status?.phase === "Running");
    const support = ["ConfigMap/shop-command", "Job/shop-command", "Secret/shop-command"];
    const always = [...support, "ConfigMap/applied", "ConfigMap/charted", "ConfigMap/made"];
    expect(inventory(first)).toEqual(
      [...always, "ConfigMap/only-once", "Secret/sh.helm.release.v1.web.v1"].sort(),
    );

    await admin.patch(
      installation(namespace, "shop"),
      { spec: { inputs: { color: "red" } } },
      { type: "merge" },
    );
    await run(await untilJob(admin, namespace, ({ metadata }) => metadata.name !== job.metadata.name));
    const second = await untilShop(
      namespace,
      ({ status }) => status?.phase === "Running" && status.revision === 2,
    );
    expect(inventory(second)).toEqual([...always, "Secret/sh.helm.release.v1.web.v2"].sort());
    expect((await config(namespace, "charted"))?.data).toEqual({ color: "red" });
    expect(await config(namespace, "only-once")).toBeUndefined();

    await remove(namespace, "shop");
    for (const name of ["applied", "charted", "made"]) expect(await config(namespace, name)).toBeUndefined();
  }, 180_000);

  test("a Job that is called complete and ran nothing is not believed", async () => {
    const namespace = await makeTenant(admin, "unproven");
    await install(admin, namespace, "labring/shop:1");
    await playKubelet(admin, stage.cluster.kind, await untilJob(admin, namespace), { exitCode: 0 });
    // A pod that no node takes was told before.
    const failed = await untilShop(namespace, ({ status }) => status?.reason === "command-unproven");
    expect(failed.status).toMatchObject({ phase: "Failed", code: "command-failed" });
  });

  test("a command that fails is told with its exit code, what it made is the app's, and trying again runs it anew", async () => {
    const namespace = await makeTenant(admin, "failing");
    await install(admin, namespace, "labring/shop:1");
    const job = await untilJob(admin, namespace);
    await make(namespace, "half", { [label.command]: job.metadata.name });
    await playKubelet(admin, stage.cluster.kind, job, { exitCode: 3 });
    const failed = await untilShop(namespace, (each) => inventory(each).includes("ConfigMap/half"));
    expect(failed.status?.phase).toBe("Failed");
    expect(failed.status?.message).toContain("exit code 3");
    const later = new Date(Date.parse(job.metadata.creationTimestamp ?? "") + 60_000).toISOString();
    await admin.patch(
      installation(namespace, "shop"),
      { metadata: { annotations: { [annotation.retry]: later } } },
      { type: "merge" },
    );
    const second = await untilJob(admin, namespace, ({ metadata }) => metadata.uid !== job.metadata.uid);
    expect(second.metadata.name).toBe(job.metadata.name);
    await remove(namespace, "shop");
    expect(await config(namespace, "half")).toBeUndefined();
  });

  test("an action's commands run as a Job that goes with the run, with inputs as variables only", async () => {
    const namespace = await makeTenant(admin, "greeter");
    await install(admin, namespace, "labring/greeter:1");
    await untilPhase(admin, namespace, "greeter", "Running");
    const runs = [
      { name: "first", phase: "Succeeded", exitCode: 0 },
      { name: "second", phase: "Failed", exitCode: 7 },
    ];
    // One after the other: whichever is made first has its turn first.
    for (const { name } of runs)
      await admin.create<ActionRun>({
        apiVersion: API_VERSION,
        kind: "ActionRun",
        metadata: { name, namespace },
        spec: { installation: "greeter", action: "greet", inputs: { who: '"; id; "' } },
      });
    for (const { name, ...outcome } of runs) {
      const job = await untilJob(admin, namespace, ({ metadata }) => metadata.name.startsWith(name));
      expect(job.metadata.ownerReferences?.[0]).toMatchObject({ kind: "ActionRun", name });
      const files = await config(namespace, job.metadata.name);
      expect(files?.data).toMatchObject({
        "command.sh": expect.stringMatching(
          /^printf .* 1\nkubectl apply -f manifests\/a\.yaml\nprintf .* 2\necho "hello \$\{who\}"\n$/,
        ),
      });
      await playKubelet(admin, stage.cluster.kind, job, { ...outcome, message: job.metadata.name });
      const run = await until<ActionRun>(
        admin,
        { apiVersion: API_VERSION, kind: "ActionRun", namespace, name },
        (each) => each?.status?.finishedAt !== undefined,
      );
      expect(run?.status?.phase).toBe(outcome.phase);
      if (outcome.exitCode)
        expect(run?.status?.conditions?.[0]).toMatchObject({
          reason: "CommandFailed",
          message: expect.stringContaining("exit code 7"),
        });
    }
  });
});

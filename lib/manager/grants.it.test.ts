import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../../scripts/runtime.mjs";
import { shippedGrants } from "../../tools/rights/shipped-grants.ts";
import type { Cluster } from "../cluster/index.ts";
import type { ContentStore, Files } from "../images/index.ts";
import { imageName } from "../model/names.ts";
import { API_VERSION, type Image, type Installation, type Provider } from "../model/resources.ts";
import {
  allow,
  application,
  install,
  makeTenant,
  putImage,
  shipped,
  until,
  untilPhase,
} from "./testing/cluster.ts";
import { openStage, type Stage } from "./testing/stage.ts";

let stage: Stage;
let admin: Cluster;
let images: ContentStore;

const provider = (name: string) => ({ apiVersion: API_VERSION, kind: "Provider", name });
const header = "mode: provider\nprovider:\n  operator: { namespace: gadget-system }\n  instances: []";

/** An operator with rights of its own, as they come: an account, a role, and pods. */
const operator = (rules: string, image = "docker.io/library/gadget:1"): Files =>
  application(
    "gadget",
    `apiVersion: v1
kind: ServiceAccount
metadata: { name: gadget, namespace: gadget-system }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: gadget }
rules: ${rules}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: gadget }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: gadget }
subjects: [{ kind: ServiceAccount, name: gadget, namespace: gadget-system }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: gadget, namespace: gadget-system }
spec:
  selector: { matchLabels: { app: gadget } }
  template:
    metadata: { labels: { app: gadget } }
    spec: { serviceAccountName: gadget, containers: [{ name: gadget, image: "${image}" }] }
`,
    header,
  );
const modest = '[{ apiGroups: [""], resources: [pods], verbs: [list] }]';
const greedy =
  '[{ apiGroups: [""], resources: [pods], verbs: [list] }, { apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]';

beforeAll(async () => {
  stage = await openStage();
  ({ admin, images } = stage);
  await makeTenant(admin, "alice");
  await putImage(images, "labring/gadget:1.0.0", operator(modest));
  await putImage(images, "labring/gadget:2.0.0", operator(greedy));
  for (const parent of ["providers", "images"])
    for (const entry of await readdir(join(root, parent), { withFileTypes: true }))
      if (entry.isDirectory())
        await putImage(images, `labring/${entry.name}:1.0.0`, await shipped(`${parent}/${entry.name}`));
  await stage.begin();
});

afterAll(() => stage?.close());

async function image(tag: string): Promise<Image | undefined> {
  const reference = { apiVersion: API_VERSION, kind: "Image", name: imageName("labring", "gadget", tag) };
  return until<Image>(admin, reference, (each) => conditionOf(each, "Granted") !== undefined);
}

function conditionOf(object: Image | Provider | Installation | undefined, type: string) {
  return object?.status?.conditions?.find((each) => each.type === type);
}

describe("a provider that nobody has granted", () => {
  test("is said to need an administrator before anybody installs it", async () => {
    const found = await image("1.0.0");
    expect(conditionOf(found, "Granted")).toMatchObject({ status: "False", reason: "NotGranted" });
    expect(found?.status?.objection).toMatchObject({ reason: "not-granted", params: { title: "gadget" } });
  });

  test("waits, changes nothing, and goes on by itself when an administrator says yes", async () => {
    await install(admin, "ns-alice", "labring/gadget:1.0.0");
    const waiting = await untilPhase(admin, "ns-alice", "gadget", "Failed");
    expect(waiting.status?.reason).toBe("not-granted");
    expect(conditionOf(waiting, "ProviderReady")).toMatchObject({ status: "False", reason: "NotGranted" });
    expect(await admin.find({ apiVersion: "v1", kind: "Namespace", name: "gadget-system" })).toBeUndefined();

    await allow(admin, "labring/gadget:1.0.0", operator(modest));
    await untilPhase(admin, "ns-alice", "gadget", "Running");
    await until<Image>(
      admin,
      { apiVersion: API_VERSION, kind: "Image", name: imageName("labring", "gadget", "1.0.0") },
      (each) => conditionOf(each, "Granted")?.status === "True",
    );
  });

  test("is not given more than was granted when a newer version wants it, and says what it wants", async () => {
    const before = await admin.get<Provider>(provider("labring.gadget"));
    const { digest } =
      (await images.list()).find(({ reference }) => reference === "labring/gadget:2.0.0") ?? {};
    await admin.patch(
      provider("labring.gadget"),
      { spec: { image: `labring/gadget@${digest}` } },
      { type: "merge" },
    );
    const refused = await until<Provider>(
      admin,
      provider("labring.gadget"),
      (each) => conditionOf(each, "Applied")?.reason === "NotGranted",
    );
    expect(refused?.status).toMatchObject({
      phase: "Ready",
      reason: "grant-short",
      digest: before.status?.digest,
    });
    expect(refused?.status?.params?.missing).toBe('ClusterRole "gadget": * *');
    const role = await admin.get<{ rules: unknown[] } & Image>({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      name: "gadget",
    });
    expect(role.rules).toHaveLength(1);

    await allow(admin, "labring/gadget:2.0.0", operator(greedy));
    await until<Provider>(
      admin,
      provider("labring.gadget"),
      (each) => each?.status?.digest === digest && conditionOf(each, "Applied")?.status === "True",
    );
  });
});

const everything = ["DaemonSet", "CronJob", "HorizontalPodAutoscaler", "PodDisruptionBudget", "Job"];

test("an application's objects of kinds that are seldom used are followed and put back as well", async () => {
  const template = `
    metadata: { labels: { app: odd } }
    spec: { restartPolicy: Always, containers: [{ name: odd, image: docker.io/library/odd:1 }] }`;
  const once = template.replace("Always", "Never").replaceAll("\n", "\n  ");
  const manifests = `apiVersion: apps/v1
kind: DaemonSet
metadata: { name: odd }
spec:
  selector: { matchLabels: { app: odd } }
  template:${template}
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: odd }
spec:
  schedule: "0 0 1 1 *"
  jobTemplate:
    spec:
      template:${once.replaceAll("\n", "\n    ")}
---
apiVersion: batch/v1
kind: Job
metadata: { name: odd }
spec:
  template:${template.replace("Always", "Never")}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: odd }
spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: odd } }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: odd }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: odd } } }
`;
  await putImage(images, "labring/odd:1.0.0", application("odd", manifests));
  await until(
    admin,
    { apiVersion: API_VERSION, kind: "Image", name: imageName("labring", "odd", "1.0.0") },
    (each) => each !== undefined,
  );
  await install(admin, "ns-alice", "labring/odd:1.0.0");
  const applied = await until<Installation>(
    admin,
    { apiVersion: API_VERSION, kind: "Installation", namespace: "ns-alice", name: "odd" },
    (each) => conditionOf(each, "Applied")?.status === "True",
  );
  for (const kind of everything) {
    const reference = applied?.status?.inventory?.find((each) => each.kind === kind);
    if (!reference) throw new Error(`there is no ${kind} in the inventory`);
    const { metadata } = await admin.get(reference);
    await admin.delete(reference);
    await until(admin, reference, (each) => each !== undefined && each.metadata.uid !== metadata.uid);
  }
});

test("what is published anew under a tag is in the catalogue", async () => {
  const files = operator(modest, "docker.io/library/gadget:2");
  const before = await image("1.0.0");
  await putImage(images, "labring/gadget:1.0.0", files);
  await until<Image>(
    admin,
    { apiVersion: API_VERSION, kind: "Image", name: imageName("labring", "gadget", "1.0.0") },
    (each) => each?.spec.digest !== before?.spec.digest,
  );
});

describe("the grants that ship", () => {
  test("are what their images need: node tools/rights/grants.ts writes them", async () => {
    const grants = await shippedGrants(admin);
    const files = (await readdir(join(root, "deploy/grants"))).sort();
    expect(files).toEqual(grants.map(({ name }) => `${name}.yaml`));
    for (const { name, text } of grants)
      expect(await readFile(join(root, "deploy/grants", `${name}.yaml`), "utf8"), name).toBe(text);
  });

  test.each([
    "cluster-api",
    "kubeblocks",
    "mysql",
    "objectstorage",
    "postgres",
    "redis",
    "kubernetes-dashboard",
    "kuboard",
    "phpmyadmin",
    "redisinsight",
  ])("let the manager bring and remove %s with its own account", async (repo) => {
    const { digest } =
      (await images.list()).find(({ reference }) => reference === `labring/${repo}:1.0.0`) ?? {};
    const name = `labring.${repo}`;
    await admin.create({
      ...provider(name),
      metadata: { name },
      spec: { image: `labring/${repo}@${digest}`, removalPolicy: "Keep" },
    });
    const there = await until<Provider>(
      admin,
      provider(name),
      (each) => conditionOf(each, "Applied")?.status === "True",
    );
    expect(there?.status?.inventory?.length).toBeGreaterThan(0);
    await admin.patch(provider(name), { spec: { removalPolicy: "Delete" } }, { type: "merge" });
    await until<Provider>(admin, provider(name), (each) => each === undefined);
    for (const reference of there?.status?.inventory ?? [])
      if (reference.kind !== "PersistentVolumeClaim")
        await expect
          .poll(() => admin.find(reference), { message: `${reference.kind} ${reference.name}` })
          .toSatisfy((live) => live === undefined || live.metadata.deletionTimestamp !== undefined);
  });

  test("let the manager tell why an operator crashes", async () => {
    const files = new Map(await shipped("images/redisinsight"));
    const path = "manifests/app.yaml";
    const text = new TextDecoder()
      .decode(files.get(path))
      .replace(/redisinsight:[\d.]+/, "redisinsight:crash");
    files.set(path, new TextEncoder().encode(text));
    await putImage(images, "labring/redisinsight:crash", files);
    const { digest } = (await images.list()).find(({ reference }) => reference.endsWith(":crash")) ?? {};
    const name = "labring.redisinsight";
    await admin.create({
      ...provider(name),
      metadata: { name },
      spec: { image: `labring/redisinsight@${digest}` },
    });
    const failed = await until<Provider>(
      admin,
      provider(name),
      // Its log is there a moment after the crash.
      (each) => each?.status?.reason === "crash-exit-said",
    );
    expect(failed?.status?.phase).toBe("Failed");
  });
});

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cluster } from "../cluster/index.ts";
import { ContentStore } from "../images/index.ts";
import { revisionsOf } from "../install/revisions.ts";
import { revisionBefore, rollBackTo } from "../install/rollback.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { API_VERSION, annotation, type Installation, type Repository } from "../model/resources.ts";
import {
  application,
  appliedObjects,
  install,
  makeTenant,
  putImage,
  until,
  untilPhase,
} from "./testing/cluster.ts";
import { openStage, type Stage } from "./testing/stage.ts";

let stage: Stage;
let admin: Cluster;
let images: ContentStore;
let tenants = 0;

const web = (image: string, more = "") => `
apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data: { greeting: "\${{ inputs.greeting }}", drawn: "\${{ defaults.password }}" }
---
apiVersion: v1
kind: Secret
metadata: { name: web }
stringData: { token: "\${{ inputs.token }}" }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, image: "docker.io/library/nginx:${image}", resources: { requests: { cpu: 10m } } }
${more}`;
const inputs = (more = "") => `defaults:
  password: { type: string, value: "\${{ random(12) }}" }
inputs:
  greeting: { type: string, default: hello }
  token: { type: string, secret: true }${more}`;
const service =
  "---\napiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { selector: { app: web }, ports: [{ port: 80 }] }\n";

const claim = `---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: web-data }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;

const rights = `---
apiVersion: v1
kind: ServiceAccount
metadata: { name: web }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: [{ apiGroups: [""], resources: [secrets], verbs: [get] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: web }
subjects: [{ kind: ServiceAccount, name: web }]
`;

const put = (repo: string, tag: string, manifests: string, header = inputs()) =>
  putImage(images, `labring/${repo}:${tag}`, application(repo, manifests, header));
const ref = (namespace: string, name: string) => ({
  apiVersion: API_VERSION,
  kind: "Installation",
  namespace,
  name,
});
const wanting = (namespace: string, name: string, spec: object) =>
  admin.patch<Installation>(ref(namespace, name), { spec }, { type: "merge", fieldManager: "hub" });
const untilIs = (namespace: string, name: string, holds: (each: Installation) => unknown) =>
  until<Installation>(admin, ref(namespace, name), (each) => each !== undefined && Boolean(holds(each)));

beforeAll(async () => {
  stage = await openStage();
  ({ admin, images } = stage);
  await put("web", "1.0.0", web("1.27"));
  await put("web", "2.0.0", web("1.28", service), inputs("\n  motto: { type: string, default: onward }"));
  await put("broken", "1.0.0", web("1.27"));
  await put("broken", "2.0.0", web("does-not-exist"));
  await put("rigid", "1.0.0", web("1.27"));
  await put("rigid", "2.0.0", web("1.27").replaceAll("{ app: web }", "{ app: web, tier: front }"));
  for (const tag of ["1.0.0", "1.0.1", "1.1.0"]) await put("steady", tag, web(tag));
  await put("asking", "1.0.0", web("1.27"));
  await put("asking", "1.0.1", web("1.27"), inputs("\n  region: { type: string, required: true }"));
  await put("reaching", "1.0.0", web("1.27"));
  await put("reaching", "1.0.1", web("1.27", rights));
  await put("holding", "1.0.0", web("1.27", claim));
  await put("holding", "2.0.0", web("1.27"));
  await put(
    "fading",
    "1.0.0",
    web("1.27").replace("name: web }\ndata", "name: web, labels: { fading: a } }\ndata"),
  );
  await put("fading", "2.0.0", web("1.28"));
  await stage.begin();
});

afterAll(() => stage?.close());

/** A tenant with one app, running. */
async function running(image: string, spec: Partial<Installation["spec"]> = {}) {
  const namespace = await makeTenant(admin, `upgrade-${++tenants}`);
  const name = image.split("/")[1]?.split(":")[0] ?? "";
  await admin.create({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `${name}-inputs`, namespace },
    type: "Opaque",
    stringData: { token: "first" },
  });
  await install(admin, namespace, image, {
    inputsFrom: [{ secretRef: { name: `${name}-inputs` } }],
    ...spec,
  });
  await untilPhase(admin, namespace, name, "Running");
  return { namespace, name };
}

describe("what is newer", () => {
  test("is said while it is, and as long as its publisher stands by it", async () => {
    const { namespace, name } = await running("labring/web:1.0.0");
    const offered = await untilIs(namespace, name, ({ status }) => status?.available);
    expect(offered?.status?.available).toMatchObject({ tag: "2.0.0" });
    const repository = { apiVersion: API_VERSION, kind: "Repository", name: "labring.web" };
    const deprecate = (deprecated: boolean) =>
      admin.patch<Repository>(
        repository,
        { spec: { tags: [{ name: "2.0.0", deprecated }] } },
        { type: "merge" },
      );
    await deprecate(true);
    await untilIs(namespace, name, ({ status }) => status?.available === undefined);
    await deprecate(false);
    await untilIs(namespace, name, ({ status }) => status?.available?.tag === "2.0.0");
    await wanting(namespace, name, { image: "labring/web:2.0.0" });
    await untilIs(namespace, name, ({ status }) => status?.available === undefined);
  });
});

describe("going back", () => {
  test("after an upgrade and other inputs gives what was before, byte for byte", async () => {
    const { namespace, name } = await running("labring/web:1.0.0", { inputs: { greeting: "good day" } });
    const before = await appliedObjects(admin, namespace, name);
    expect(before).toHaveLength(3);
    const secret = { apiVersion: "v1", kind: "Secret", namespace, name: `${name}-inputs` };
    await admin.patch(secret, { stringData: { token: "second", motto: "x" } }, { type: "merge" });
    await wanting(namespace, name, { image: "labring/web:2.0.0", inputs: { greeting: null } });
    const after = await untilIs(namespace, name, ({ status }) => status?.upgrade?.phase === "Succeeded");
    expect(after?.status?.upgrade).toMatchObject({ from: { revision: 1, image: "labring/web:1.0.0" } });
    expect(await appliedObjects(admin, namespace, name)).toHaveLength(4);

    const installed = await admin.get<Installation>(ref(namespace, name));
    const revisions = await revisionsOf(admin, namespace, name);
    expect(revisions.map(({ metadata }) => metadata.annotations?.[annotation.door])).toContain("hub");
    const target = revisionBefore(installed, revisions);
    if (!target) throw new Error("nothing to go back to");
    expect(target.revision).toBe(1);
    await rollBackTo(admin.writingAs("hub"), installed, target);
    const back = await untilIs(
      namespace,
      name,
      ({ status }) => status?.revision === 3 && status.phase === "Running" && status.inventory?.length === 3,
    );
    expect(await appliedObjects(admin, namespace, name)).toEqual(before);
    expect(back?.status?.upgrade?.phase).toBe("Succeeded");
    const [newest] = await revisionsOf(admin, namespace, name);
    expect(newest?.metadata.annotations).toMatchObject({ [annotation.door]: "hub" });
    const changes = back?.status?.history?.filter(({ by }) => by !== undefined);
    expect(changes?.map(({ event }) => event)).toEqual(["Installed", "Upgraded", "RolledBack"]);
  });

  test("is offered by an upgrade that failed, which says why", async () => {
    const { namespace, name } = await running("labring/broken:1.0.0");
    await wanting(namespace, name, { image: "labring/broken:2.0.0" });
    const failed = await untilIs(namespace, name, ({ status }) => status?.upgrade?.phase === "Failed");
    expect(failed?.status).toMatchObject({
      phase: "Degraded",
      code: "image-pull",
      upgrade: { from: { image: "labring/broken:1.0.0" }, reason: expect.stringMatching(/image/) },
    });
    const installed = await admin.get<Installation>(ref(namespace, name));
    const target = revisionBefore(installed, await revisionsOf(admin, namespace, name));
    if (!target) throw new Error("nothing to go back to");
    await rollBackTo(admin, installed, target);
    const back = await untilIs(
      namespace,
      name,
      ({ status }) => status?.upgrade?.phase === "RolledBack" && status.phase === "Running",
    );
    expect(back?.status?.upgrade?.automatic).toBeUndefined();
  });

  test("or making an object anew is the way on where its field cannot be changed, which is named", async () => {
    const { namespace, name } = await running("labring/rigid:1.0.0");
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", namespace, name: "web" };
    const before = await admin.get<KubernetesObject>(deployment);
    await wanting(namespace, name, { image: "labring/rigid:2.0.0" });
    const refused = await untilIs(namespace, name, ({ status }) => status?.code === "immutable-field");
    expect(refused?.status).toMatchObject({
      phase: "Degraded",
      params: { kind: "Deployment", name: "web", field: "spec.selector" },
      upgrade: { phase: "Failed" },
    });
    expect((await admin.get<KubernetesObject>(deployment)).metadata.uid).toBe(before.metadata.uid);
    await wanting(namespace, name, { upgrade: { recreate: ["Deployment/web"] } });
    await untilIs(namespace, name, ({ status }) => status?.upgrade?.phase === "Succeeded");
    expect((await admin.get<KubernetesObject>(deployment)).metadata.uid).not.toBe(before.metadata.uid);
  });

  test("happens by itself, once, where that was asked for", async () => {
    const { namespace, name } = await running("labring/broken:1.0.0", {
      upgrade: { atomic: true, timeoutSeconds: 2 },
    });
    await wanting(namespace, name, { image: "labring/broken:2.0.0" });
    const back = await untilIs(
      namespace,
      name,
      ({ status }) => status?.upgrade?.phase === "RolledBack" && status.phase === "Running",
    );
    expect(back?.spec.image).toMatch(/^labring\/broken:1\.0\.0@sha256:/);
    expect(back?.status?.upgrade).toMatchObject({
      automatic: true,
      to: { image: "labring/broken:2.0.0" },
      message: expect.stringContaining("does-not-exist"),
    });
    expect(back?.status?.available?.tag).toBe("2.0.0");
  });

  test("to what its registry does not have any more is refused by name, and what runs goes on", async () => {
    const { namespace, name } = await running("labring/fading:1.0.0");
    await wanting(namespace, name, { image: "labring/fading:2.0.0" });
    const installed = await untilIs(namespace, name, ({ status }) => status?.upgrade?.phase === "Succeeded");
    const [, first] = await revisionsOf(admin, namespace, name);
    if (!installed || !first) throw new Error("nothing to go back to");
    await stage.end();
    await rm(join(stage.images.root, "blobs/sha256", first.data.digest.replace("sha256:", "")));
    await stage.begin({ images: new ContentStore(stage.images.root) });
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", namespace, name: "web" };
    const before = await admin.get<KubernetesObject>(deployment);
    await rollBackTo(admin, installed, first);
    const refused = await untilIs(namespace, name, ({ status }) => status?.code?.startsWith("image-"));
    expect(refused?.status?.message).toContain("labring/fading");
    const { generation } = (await admin.get<KubernetesObject>(deployment)).metadata;
    expect(generation).toBe(before.metadata.generation);
    await wanting(namespace, name, { image: "labring/fading:2.0.0" });
    await untilIs(namespace, name, ({ status }) => status?.phase === "Running");
  });

  test("from an upgrade that drops a volume finds it as it was", async () => {
    const { namespace, name } = await running("labring/holding:1.0.0");
    const volume = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name: "web-data" };
    const { uid } = (await admin.get<KubernetesObject>(volume)).metadata;
    await wanting(namespace, name, { image: "labring/holding:2.0.0" });
    const upgraded = await untilIs(
      namespace,
      name,
      ({ status }) => status?.upgrade?.phase === "Succeeded" && status.phase === "Running",
    );
    expect((await admin.get<KubernetesObject>(volume)).metadata.uid).toBe(uid);
    const target = upgraded && revisionBefore(upgraded, await revisionsOf(admin, namespace, name));
    if (!target) throw new Error("nothing to go back to");
    await rollBackTo(admin, upgraded, target);
    await untilIs(namespace, name, ({ status }) => status?.revision === 3 && status.phase === "Running");
    const back = await admin.get<KubernetesObject>(volume);
    expect([back.metadata.uid, back.metadata.deletionTimestamp]).toEqual([uid, undefined]);
  });

  test("by itself also from a tag that does not exist", async () => {
    const { namespace, name } = await running("labring/web:1.0.0", {
      upgrade: { atomic: true, timeoutSeconds: 1 },
    });
    await wanting(namespace, name, { image: "labring/web:9.9.9" });
    const back = await untilIs(
      namespace,
      name,
      ({ status }) => status?.upgrade?.phase === "RolledBack" && status.phase === "Running",
    );
    expect(back?.status?.upgrade?.message).toContain("9.9.9");
    expect(back?.status?.revision).toBe(1);
  });

  test("by itself leaves a stopped app stopped, and takes back only what cannot be applied", async () => {
    const { namespace, name } = await running("labring/web:1.0.0", {
      upgrade: { atomic: true, timeoutSeconds: 1 },
    });
    await wanting(namespace, name, { suspended: true });
    await untilPhase(admin, namespace, name, "Suspended");
    await wanting(namespace, name, { image: "labring/web:2.0.0" });
    await untilIs(
      namespace,
      name,
      ({ status }) => status?.upgrade?.phase === "Succeeded" && status.phase === "Suspended",
    );
    await wanting(namespace, name, { image: "labring/web:9.9.9" });
    const back = await untilIs(
      namespace,
      name,
      ({ status }) => status?.upgrade?.phase === "RolledBack" && status.phase === "Suspended",
    );
    expect(back?.spec).toMatchObject({
      suspended: true,
      image: expect.stringMatching(/^labring\/web:2\.0\.0@/),
    });
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", namespace, name: "web" };
    expect(await admin.get(deployment)).toMatchObject({ spec: { replicas: 0 } });
  });
});

describe("a policy", () => {
  const automatic = (each: Installation) =>
    each.status?.conditions?.find(({ type }) => type === "AutomaticUpgrade");

  test("takes the newest patch, and not again what was gone back from", async () => {
    const { namespace, name } = await running("labring/steady:1.0.0", { upgrade: { policy: "patch" } });
    const taken = await untilIs(
      namespace,
      name,
      ({ status, spec }) =>
        /^labring\/steady:1\.0\.1@sha256:/.test(spec.image) && status?.upgrade?.phase === "Succeeded",
    );
    expect(taken?.status?.available?.tag).toBe("1.1.0");
    expect(taken?.status?.history).toContainEqual(
      expect.objectContaining({ event: "Upgraded", by: "app-manager", revision: 2 }),
    );
    const kept = await revisionsOf(admin, namespace, name);
    expect(kept[0]?.metadata.annotations).toMatchObject({ [annotation.door]: "app-manager" });
    const target = taken && revisionBefore(taken, kept);
    if (!target) throw new Error("nothing to go back to");
    await rollBackTo(admin, taken, target);
    const back = await untilIs(namespace, name, (each) => automatic(each)?.reason === "TakenBack");
    expect(back?.spec.image).toMatch(/^labring\/steady:1\.0\.0@/);
  });

  test("waits for its window, and says so of one that cannot be read", async () => {
    const other = ((new Date().getUTCMonth() + 6) % 12) + 1;
    const { namespace, name } = await running("labring/steady:1.0.0", {
      upgrade: { policy: "minor", window: { schedule: `0 0 1 ${other} *`, durationMinutes: 1 } },
    });
    await untilIs(namespace, name, (each) => automatic(each)?.reason === "Waiting");
    const window = { schedule: "not a schedule", durationMinutes: 1 };
    await wanting(namespace, name, { upgrade: { window } });
    await untilIs(namespace, name, (each) => automatic(each)?.reason === "WindowInvalid");
    await wanting(namespace, name, { upgrade: { window: null } });
    await untilIs(namespace, name, ({ spec }) => /^labring\/steady:1\.1\.0@/.test(spec.image));
  });

  test.each([
    ["asking", "NeedsInputs", "region"],
    ["reaching", "NeedsRights", "secrets"],
  ])("never takes what needs a person: %s", async (repo, reason, named) => {
    const { namespace, name } = await running(`labring/${repo}:1.0.0`, { upgrade: { policy: "patch" } });
    const held = await untilIs(namespace, name, (each) => automatic(each)?.reason === reason);
    expect(held && automatic(held)).toMatchObject({
      status: "False",
      message: expect.stringContaining(named),
    });
    expect(held?.spec.image).toBe(`labring/${repo}:1.0.0`);
    expect(held?.status).toMatchObject({ phase: "Running", available: { tag: "1.0.1" } });
  });
});

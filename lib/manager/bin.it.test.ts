import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AnyObject, Cluster } from "../cluster/index.ts";
import type { ContentStore } from "../images/index.ts";
import { type BinItem, binItemsIn } from "../install/bin.ts";
import { referenceOf } from "../install/references.ts";
import type { ObjectReference } from "../model/kubernetes.ts";
import { API_VERSION, annotation, type Installation, label } from "../model/resources.ts";
import { application, install, makeTenant, putImage, until, untilPhase } from "./testing/cluster.ts";
import { openStage, type Stage } from "./testing/stage.ts";

let stage: Stage;
let admin: Cluster;
let images: ContentStore;
let now = Date.now();
let tenants = 0;

const shop = (tag: string) =>
  application(
    "shop",
    `apiVersion: v1
kind: Secret
metadata: { name: shop }
stringData: { password: "\${{ defaults.password }}", key: "\${{ inputs.key }}" }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: files }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: shop }
spec:
  serviceName: shop
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      containers:
        - name: shop
          image: docker.io/library/nginx:${tag}
          volumeMounts: [{ name: files, mountPath: /files }]
      volumes: [{ name: files, persistentVolumeClaim: { claimName: files } }]
  volumeClaimTemplates:
    - metadata: { name: disk }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`,
    `defaults:
  password: { type: string, value: "\${{ random(12) }}" }
inputs:
  key: { type: string, secret: true }
  color: { type: string, default: blue }`,
  );

const begin = () => stage.begin({ now: () => now });

beforeAll(async () => {
  stage = await openStage();
  ({ admin, images } = stage);
  await putImage(images, "labring/shop:1.0.0", shop("1.27"));
  await begin();
});

afterAll(() => stage?.close());

const named = (namespace: string, name = "shop") => ({
  apiVersion: API_VERSION,
  kind: "Installation",
  namespace,
  name,
});
const secret = (namespace: string, name: string) => ({ apiVersion: "v1", kind: "Secret", namespace, name });
const claim = (namespace: string, name: string) => ({
  ...secret(namespace, name),
  kind: "PersistentVolumeClaim",
});
const gone = (reference: ObjectReference) => until(admin, reference, (each) => each === undefined);

/** A workspace in which the shop runs, with an input of its own and a secret one. */
async function shopping(): Promise<string> {
  const ns = await makeTenant(admin, `shopper-${++tenants}`);
  await admin.create({
    ...secret(ns, "shop-inputs"),
    metadata: { name: "shop-inputs", namespace: ns },
    stringData: { key: "s3cret" },
  });
  const { metadata } = await install(admin, ns, "labring/shop:1.0.0", {
    inputs: { color: "red" },
    inputsFrom: [{ secretRef: { name: "shop-inputs" } }],
  });
  const owner = { apiVersion: API_VERSION, kind: "Installation", name: "shop", uid: metadata.uid ?? "" };
  await admin.patch(secret(ns, "shop-inputs"), { metadata: { ownerReferences: [owner] } }, { type: "merge" });
  await untilPhase(admin, ns, "shop", "Running");
  return ns;
}

async function uninstalled(namespace: string): Promise<BinItem[]> {
  await admin.delete(named(namespace));
  await gone(named(namespace));
  return binItemsIn(admin, namespace);
}

/** What of the shop holds data, by name with its uid. */
async function data(namespace: string): Promise<Record<string, string | undefined>> {
  const lists = await Promise.all(
    ["PersistentVolumeClaim", "Secret"].map((kind) =>
      admin.list<AnyObject>({ apiVersion: "v1", kind, namespace }),
    ),
  );
  const shops = lists
    .flatMap(({ items }) => items)
    .filter(({ metadata }) => /shop|files/.test(metadata.name));
  return Object.fromEntries(shops.map(({ metadata }) => [metadata.name, metadata.uid]));
}

describe("an uninstalled app", () => {
  test("comes back as it was, although its tag has moved", async () => {
    const ns = await shopping();
    const [before, password] = [await data(ns), (await admin.get<AnyObject>(secret(ns, "shop"))).data];
    const digest = (await admin.get<Installation>(named(ns))).status?.digest;
    const [item, ...more] = await uninstalled(ns);
    expect(more).toEqual([]);
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining(["files", "disk-shop-0", "shop", "shop-inputs"]),
    );
    expect(await data(ns)).toEqual(before);
    expect(
      await admin.find({ apiVersion: "apps/v1", kind: "StatefulSet", namespace: ns, name: "shop" }),
    ).toBeUndefined();
    const expires = Date.parse(item?.metadata.annotations?.[annotation.expires] ?? "") - Date.now();
    expect(expires / 86_400_000).toBeCloseTo(7, 1);

    await putImage(images, "labring/shop:1.0.0", shop("1.28"));
    await admin.create<Installation>(item?.data.installation as Installation);
    const back = await untilPhase(admin, ns, "shop", "Running");
    expect(back.status?.digest).toBe(digest);
    expect(back.spec.inputs).toEqual({ color: "red" });
    expect((await admin.get<AnyObject>(secret(ns, "shop"))).data).toEqual(password);
    await gone(referenceOf(item as BinItem));
    expect(await data(ns)).toMatchObject({
      ...Object.fromEntries(Object.entries(before).filter(([name]) => !name.includes(".values."))),
    });
    const inputs = await admin.get<AnyObject>(secret(ns, "shop-inputs"));
    expect(inputs.metadata.ownerReferences?.map(({ uid }) => uid)).toEqual([back.metadata.uid]);
    expect((await admin.get<AnyObject>(claim(ns, "disk-shop-0"))).metadata.ownerReferences ?? []).toEqual([]);
    await putImage(images, "labring/shop:1.0.0", shop("1.27"));

    // And once more: nothing of the first life is left over.
    const again = await uninstalled(ns);
    expect(again).toHaveLength(1);
    await admin.delete(referenceOf(again[0] as BinItem));
    await gone(claim(ns, "disk-shop-0"));
    await expect.poll(() => data(ns), { timeout: 20_000 }).toEqual({});
  });

  test("is deleted for good when its time is over, and not before, nor because a clock has jumped", async () => {
    const ns = await shopping();
    const [item] = await uninstalled(ns);
    const reference = referenceOf(item as BinItem);
    await stage.end();
    now = Date.now() + 6.9 * 86_400_000;
    await begin();
    const other = await shopping();
    expect(await admin.find(reference)).toBeDefined();
    await stage.end();
    now = Date.now() + 7.1 * 86_400_000;
    await begin();
    const third = await shopping();
    expect(await admin.find(reference)).toBeDefined();
    await stage.end();
    now = Date.now();
    await begin();
    const over = { [annotation.expires]: new Date(now - 2_000).toISOString() };
    await admin.patch(reference, { metadata: { annotations: over } }, { type: "merge" });
    await gone(reference);
    await expect.poll(() => data(ns), { timeout: 20_000 }).toEqual({});
    for (const each of [other, third]) expect(Object.keys(await data(each))).toContain("files");
  });

  test("leaves nothing when it is to go for good", async () => {
    const ns = await shopping();
    await admin.patch(
      named(ns),
      { metadata: { annotations: { [annotation.volumes]: "delete" } } },
      { type: "merge" },
    );
    expect(await uninstalled(ns)).toEqual([]);
    await expect.poll(() => data(ns), { timeout: 20_000 }).toEqual({});
  });

  test("is brought back by installing it again under its name, and goes back to the bin when that fails", async () => {
    const ns = await shopping();
    const before = await data(ns);
    const [item] = await uninstalled(ns);
    await install(admin, ns, "labring/shop:9.9.9");
    await untilPhase(admin, ns, "shop", "Failed");
    await gone(referenceOf(item as BinItem));
    const [second] = await uninstalled(ns);
    expect(second?.data.kept.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["files", "disk-shop-0", "shop"]),
    );
    expect(await data(ns)).toMatchObject({ files: before.files, "disk-shop-0": before["disk-shop-0"] });
  });
});

test("a forged record reaches nothing outside of its namespace", async () => {
  const ns = await shopping();
  const mallory = await makeTenant(admin, `shopper-${++tenants}`);
  const kept = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: ns, name: "files" };
  await install(admin, mallory, "labring/shop:9.9.9");
  await admin.create({
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: { name: "forged", namespace: mallory, labels: { [label.bin]: "shop" } },
    revision: 1,
    data: { installation: { spec: { image: "labring/shop:1.0.0" } }, title: "x", kept: [kept, 7] },
  } as AnyObject);
  await gone({ apiVersion: "apps/v1", kind: "ControllerRevision", namespace: mallory, name: "forged" });
  expect((await admin.get<AnyObject>(claim(ns, "files"))).metadata.ownerReferences ?? []).toEqual([]);
});

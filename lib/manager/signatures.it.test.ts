import { generateKeyPairSync } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type RegistryDouble, startDouble } from "../../tools/registry/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { imageName } from "../model/names.ts";
import {
  API_VERSION,
  annotation,
  type Image,
  type Installation,
  type Organization,
  type Provider,
  type Repository,
} from "../model/resources.ts";
import { inLayout, inRegistry, publicKeyOf, Registry, signImage } from "../oci/index.ts";
import { hostPatterns } from "../sources/index.ts";
import type { Manager } from "./manager.ts";
import { allow, application, install, makeTenant, putImage, until, untilPhase } from "./testing/cluster.ts";
import { push } from "./testing/push.ts";
import { openStage, type Stage } from "./testing/stage.ts";

const pair = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const [ours, theirs] = [pair(), pair()];
const pem = ({ publicKey }: typeof ours) => publicKey.export({ type: "spki", format: "pem" }).toString();
const fingerprint = publicKeyOf(ours.publicKey).fingerprint;

let stage: Stage;
let manager: Manager;
let registry: RegistryDouble;

beforeAll(async () => {
  stage = await openStage({ speed: 200 });
  registry = await startDouble();
  await putImage(stage.images, "shelf/plain:1.0.0", config("plain"));
  await putImage(stage.images, "shelf/board:1.0.0", shared);
  for (const [name, spec] of [
    ["acme", { publicKeys: [pem(ours)] }],
    ["bare", {}],
    ["shelf", { trusted: true, publicKeys: [pem(ours)] }],
  ] as const)
    await stage.admin.create({
      apiVersion: API_VERSION,
      kind: "Organization",
      metadata: { name },
      spec,
    } as Organization);
  // What the store holds of others is shown to nobody at first.
  for (const repo of ["plain", "board"]) await show("shelf", repo, "content");
  manager = await stage.begin({
    // The administrators' demand. It is no concern of what lies in the stage.images.
    sources: { allowed: hostPatterns("127.0.0.1"), requireSignatures: true },
    pollSeconds: 3600,
  });
});
afterAll(async () => {
  await stage?.close();
  await registry?.close();
});
afterEach(() => {
  delete registry.fault;
});

const config = (value: string) =>
  application("cm", `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: cm }\ndata: { value: "${value}" }\n`);
const shared = application(
  "board",
  "apiVersion: v1\nkind: Namespace\nmetadata: { name: board }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: board, namespace: board }\n",
  "mode: shared",
);

const organization = (name: string) => ({ apiVersion: API_VERSION, kind: "Organization", name });
const image = (org: string, repo: string, tag = "1") => ({
  apiVersion: API_VERSION,
  kind: "Image",
  name: imageName(org, repo, tag),
});
async function show(org: string, repo: string, source = `${registry.host}/${org}/${repo}`): Promise<void> {
  await stage.admin.create<Repository>({
    apiVersion: API_VERSION,
    kind: "Repository",
    metadata: { name: `${org}.${repo}` },
    spec: { organization: org, repository: repo, visibility: "public", source },
  });
}
const placeOf = (org: string, repo: string) =>
  inRegistry(new Registry({ registry: registry.host }), `${org}/${repo}`);
const sign = (org: string, repo: string, digest: string, { privateKey } = ours) =>
  signImage(placeOf(org, repo), digest, privateKey);
async function lookAgain(org: string, repo: string): Promise<void> {
  const reference = { apiVersion: API_VERSION, kind: "Repository", name: `${org}.${repo}` };
  const annotations = { [annotation.refreshRequested]: `${performance.now()}` };
  await stage.admin.patch(reference, { metadata: { annotations } }, { type: "merge" });
}
/** Waits for the condition `Verified` to have the reason, for the digest that the Image has then. */
async function verified(reference: ReturnType<typeof image>, reason: string) {
  const found = await until<Image>(stage.admin, reference, (each) =>
    (each?.status?.conditions ?? []).some(
      (condition) =>
        condition.type === "Verified" &&
        condition.reason === reason &&
        condition.observedGeneration === each?.metadata.generation,
    ),
  );
  return {
    condition: found?.status?.conditions?.find(({ type }) => type === "Verified"),
    signature: found?.status?.signature,
  };
}
const configMap = (namespace: string, name = "cm") =>
  stage.admin.find<KubernetesObject>({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
const installation = (namespace: string, name: string) => ({
  apiVersion: API_VERSION,
  kind: "Installation",
  namespace,
  name,
});

test("an unsigned image is refused with the way out and changes nothing; signed later, it is verified and installs", async () => {
  const digest = await push(registry.host, "acme/late", "1", config("late"));
  await show("acme", "late");
  const { condition } = await verified(image("acme", "late"), "Unsigned");
  expect(condition).toMatchObject({ status: "False" });
  expect(condition?.message).toContain(`hub sign --key cosign.key ${registry.host}/acme/late@${digest}`);
  const namespace = await makeTenant(stage.admin, "late");
  await install(stage.admin, namespace, "acme/late:1");
  const refused = await untilPhase(stage.admin, namespace, "late", "Failed");
  expect(refused.status).toMatchObject({ code: "image-unsigned", reason: "image-unsigned" });
  expect(refused.status?.message).toMatch(/acme\/late:1 is not signed.*hub sign/);
  expect(refused.status?.conditions?.find(({ type }) => type === "Resolved")).toMatchObject({
    status: "False",
    reason: "ImageUnsigned",
  });
  expect(refused.status?.inventory ?? []).toEqual([]);
  expect(await configMap(namespace)).toBeUndefined();

  await sign("acme", "late", digest);
  await lookAgain("acme", "late");
  expect(await verified(image("acme", "late"), "Signed")).toMatchObject({
    condition: { status: "True", message: expect.stringContaining(fingerprint) },
    signature: { digest, key: fingerprint },
  });
  await untilPhase(stage.admin, namespace, "late", "Running");
  expect(await configMap(namespace)).toBeDefined();

  // What is known is not asked again, and a registry that is away takes nothing back.
  registry.asked = [];
  await lookAgain("acme", "late");
  const tags = () => registry.asked.filter(({ path }) => path.includes("acme/late/manifests/1"));
  await expect.poll(tags, { timeout: 20_000 }).toHaveLength(1);
  await lookAgain("acme", "late");
  await expect.poll(tags, { timeout: 20_000 }).toHaveLength(2);
  expect(registry.asked.filter(({ path }) => path.includes(".sig"))).toEqual([]);
  registry.fault = (_, response) => {
    response.destroy();
    return true;
  };
  await lookAgain("acme", "late");
  await until<Repository>(
    stage.admin,
    { apiVersion: API_VERSION, kind: "Repository", name: "acme.late" },
    (each) =>
      each?.status?.conditions?.some(({ type, status }) => type === "Indexed" && status === "False") ?? false,
  );
  await verified(image("acme", "late"), "Signed");
});

test("a signature with somebody else's key is refused until an owner adds the key", async () => {
  const digest = await push(registry.host, "other/app", "1", config("app"));
  await stage.admin.create({
    ...organization("other"),
    metadata: { name: "other" },
    spec: { publicKeys: [pem(ours)] },
  } as Organization);
  await signImage(placeOf("other", "app"), digest, theirs.privateKey);
  await show("other", "app");
  await verified(image("other", "app"), "WrongKey");
  const namespace = await makeTenant(stage.admin, "foreign");
  await install(stage.admin, namespace, "other/app:1");
  const refused = await untilPhase(stage.admin, namespace, "app", "Failed");
  expect(refused.status).toMatchObject({ reason: "image-wrong-key" });
  expect(await configMap(namespace)).toBeUndefined();

  const publicKeys = [pem(ours), pem(theirs)];
  await stage.admin.patch(organization("other"), { spec: { publicKeys } }, { type: "merge" });
  await verified(image("other", "app"), "Signed");
  await untilPhase(stage.admin, namespace, "app", "Running");

  // Without its key the signature counts no more; what runs goes on.
  await stage.admin.patch(organization("other"), { spec: { publicKeys: [] } }, { type: "merge" });
  expect((await verified(image("other", "app"), "NoKeys")).signature).toBeUndefined();
  await stage.admin.patch(
    installation(namespace, "app"),
    { metadata: { annotations: { [annotation.retry]: "now" } } },
    { type: "merge" },
  );
  await untilPhase(stage.admin, namespace, "app", "Running");
});

test("an upgrade to an unsigned tag is refused and what runs stays; a kept revision may be gone back to", async () => {
  const first = await push(registry.host, "acme/shop", "1", config("one"));
  await sign("acme", "shop", first);
  await push(registry.host, "acme/shop", "2", config("two"));
  await show("acme", "shop");
  await verified(image("acme", "shop"), "Signed");
  const unsigned = await verified(image("acme", "shop", "2"), "Unsigned");
  expect(unsigned.condition).toMatchObject({ status: "False" });
  const namespace = await makeTenant(stage.admin, "shop");
  await install(stage.admin, namespace, "acme/shop:1");
  await untilPhase(stage.admin, namespace, "shop", "Running");

  const change = (to: string) =>
    stage.admin.patch(installation(namespace, "shop"), { spec: { image: to } }, { type: "merge" });
  await change("acme/shop:2");
  const refused = await untilPhase(stage.admin, namespace, "shop", "Degraded");
  expect(refused.status).toMatchObject({ code: "image-unsigned", digest: first });
  expect(await configMap(namespace)).toMatchObject({ data: { value: "one" } });

  // Its signature is taken away: it was installed before, so that is no obstacle.
  registry.manifests.delete(`acme/shop/manifests/${first.replace(":", "-")}.sig`);
  await lookAgain("acme", "shop");
  await verified(image("acme", "shop"), "Unsigned");
  await change(`acme/shop:1@${first}`);
  await until<Installation>(
    stage.admin,
    installation(namespace, "shop"),
    (each) =>
      each?.status?.phase === "Running" && each.status.observedGeneration === each.metadata.generation,
  );
  expect(await configMap(namespace)).toMatchObject({ data: { value: "one" } });
});

test("without a key nothing can be verified, and the cluster's demand is not met", async () => {
  await push(registry.host, "bare/app", "1", config("app"));
  await show("bare", "app");
  await verified(image("bare", "app"), "NoKeys");
  const namespace = await makeTenant(stage.admin, "bare");
  await install(stage.admin, namespace, "bare/app:1");
  const refused = await untilPhase(stage.admin, namespace, "app", "Failed");
  expect(refused.status).toMatchObject({ reason: "image-no-keys" });
  expect(await configMap(namespace)).toBeUndefined();
});

test("what is in the Hub's own store needs a signature only where its organization asks for one", async () => {
  await allow(stage.admin, "shelf/board:1.0.0", shared);
  await verified(image("shelf", "plain", "1.0.0"), "Unsigned");
  const namespace = await makeTenant(stage.admin, "shelf");
  await install(stage.admin, namespace, "shelf/plain:1.0.0");
  await untilPhase(stage.admin, namespace, "plain", "Running");

  await stage.admin.patch(organization("shelf"), { spec: { requireSignature: true } }, { type: "merge" });
  await vi.waitFor(
    () =>
      expect(manager.world.organizations.get(undefined, "shelf")?.spec).toMatchObject({
        requireSignature: true,
      }),
    { timeout: 20_000 },
  );
  await install(stage.admin, namespace, "shelf/board:1.0.0");
  const refused = await untilPhase(stage.admin, namespace, "board", "Failed");
  expect(refused.status).toMatchObject({ code: "image-unsigned" });
  const provider = { apiVersion: API_VERSION, kind: "Provider", name: "shelf.board" };
  expect(await stage.admin.find<Provider>(provider)).toBeUndefined();

  const digest = await stage.images.resolve("shelf/board:1.0.0");
  await signImage(inLayout(stage.images.layout, "shelf/board"), digest ?? "", ours.privateKey);
  await verified(image("shelf", "board", "1.0.0"), "Signed");
  await untilPhase(stage.admin, namespace, "board", "Running");
  const tags = await stage.admin.list<Image>({ apiVersion: API_VERSION, kind: "Image" });
  expect(tags.items.filter(({ spec }) => spec.tag.endsWith(".sig"))).toEqual([]);

  // A digest that nobody signed does not get into the cluster through the Provider either.
  await putImage(
    stage.images,
    "shelf/board:2.0.0",
    new Map([...shared, ["README.md", new TextEncoder().encode("# 2")]]),
  );
  const next = await stage.images.resolve("shelf/board:2.0.0");
  await stage.admin.patch(provider, { spec: { image: `shelf/board@${next}` } }, { type: "merge" });
  const kept = await until<Provider>(stage.admin, provider, (each) =>
    (each?.status?.conditions ?? []).some(({ reason }) => reason === "ImageUnsigned"),
  );
  expect(kept?.status).toMatchObject({ phase: "Ready", digest });
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Cluster } from "../../cluster/index.ts";
import { ContentStore, type Files } from "../../images/index.ts";
import { type ActionRun, API_VERSION, type Installation } from "../../model/resources.ts";
import type { Subject } from "../subject.ts";
import type { World } from "../world.ts";
import { uninstallActionsOver } from "./events.ts";

/** An ON_UNINSTALL action with a limit of ten seconds, and its run in whatever state. */
let folder: string;
let images: ContentStore;
let digest: string;

const files: Files = new Map(
  Object.entries({
    "app.yaml":
      "apiVersion: app.sealos.io/v1\nkind: Template\nmetadata: { name: shop }\nspec: { title: Shop }\n",
    "manifests/shop.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop }\n",
    "actions/last.yaml":
      "apiVersion: actions.sealos.io/v1\nkind: Action\nmetadata: { name: last }\n" +
      "spec: { phase: ON_UNINSTALL, timeoutSeconds: 10, cmd: [sleep infinity] }\n",
  }).map(([path, text]) => [path, new TextEncoder().encode(text)]),
);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "events-"));
  images = new ContentStore(folder);
  ({ digest } = await images.put("labring/shop:1.0.0", files));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const before = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

function isOver(
  ageSeconds: number,
  phase?: NonNullable<ActionRun["status"]>["phase"],
  startedAt?: string,
): Promise<boolean> {
  const creationTimestamp = before(ageSeconds);
  const run: ActionRun = {
    apiVersion: API_VERSION,
    kind: "ActionRun",
    metadata: { name: "last", namespace: "ns-a", creationTimestamp },
    spec: { installation: "shop", action: "last" },
    ...(phase ? { status: { phase, ...(startedAt ? { startedAt } : {}) } } : {}),
  };
  const cluster = Cluster.at("http://127.0.0.1:9");
  cluster.find = async <T>() => run as T;
  const installation: Installation = {
    apiVersion: API_VERSION,
    kind: "Installation",
    metadata: { name: "shop", namespace: "ns-a", uid: "12345678-0000" },
    spec: { image: "labring/shop:1.0.0" },
    status: { digest },
  };
  const repositories = { get: () => ({ spec: {} }) };
  return uninstallActionsOver(
    { cluster, images, repositories } as unknown as World,
    { installation } as Subject,
  );
}

test.each([
  ["waits", undefined],
  ["is under way", "Running"],
] as const)(
  "an app waits for an action at uninstalling that %s, but not beyond its time",
  async (_, phase) => {
    expect(await isOver(5, phase)).toBe(false);
    expect(await isOver(39, phase)).toBe(false);
    expect(await isOver(41, phase)).toBe(true);
  },
);

test.each(["Succeeded", "Failed", "Cancelled"] as const)(
  "an action that ended as %s keeps no app",
  async (phase) => {
    expect(await isOver(1, phase)).toBe(true);
  },
);

test("an action that waited for its turn has its whole time from when it began", async () => {
  expect(await isOver(100, "Running", before(39))).toBe(false);
  expect(await isOver(100, "Running", before(41))).toBe(true);
});

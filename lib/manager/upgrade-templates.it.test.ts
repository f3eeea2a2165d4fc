import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readImage } from "../images/index.ts";
import { binItemsIn } from "../install/bin.ts";
import { restoreFromBin } from "../install/bin-use.ts";
import { revisionsOf } from "../install/revisions.ts";
import { revisionBefore, rollBackTo } from "../install/rollback.ts";
import { corpusTemplates, plausibleInputs } from "../install/testing/corpus.ts";
import type { ImageContent } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { API_VERSION, type Installation } from "../model/resources.ts";
import { appliedObjects, install, makeTenant, uninstall, until } from "./testing/cluster.ts";
import { openStage, type Stage } from "./testing/stage.ts";

/** Public templates with other container images and other inputs, and back again; then uninstalled, and that undone. */
const MOST = 24;
/** So many of them show an input's other value in what they apply; the others have none that takes any text. */
const WITH_INPUTS = 12;
const LANES = 4;

let stage: Stage;
const candidates: { name: string; content: ImageContent }[] = [];

beforeAll(async () => {
  stage = await openStage({ speed: 100 });
  const found: typeof candidates = [];
  for (const { name, path } of corpusTemplates()) {
    const text = await readFile(path, "utf8");
    // Those that need no operator; what theirs do takes longer and is the operators' own.
    if (/kubeblocks|objectstorage|acid\.zalan/.test(text)) continue;
    const next = text.replace(
      /^(\s*(?:- )?image: )(['"]?)([^\s'"$]+?)(?::[\w.-]+)?\2\s*$/gm,
      "$1$2$3:next$2",
    );
    if (next === text) continue;
    found.push({ name, content: readImage(new Map([["index.yaml", Buffer.from(text)]])) });
    for (const [tag, manifest] of [
      ["1.0.0", text],
      ["2.0.0", next],
    ] as const)
      await stage.images.put(`labring/${name}:${tag}`, new Map([["index.yaml", Buffer.from(manifest)]]));
  }
  const changeable = (content: ImageContent) => Object.keys(otherInputs(content)).length > 0;
  found.sort((a, b) => Number(changeable(b.content)) - Number(changeable(a.content)));
  candidates.push(...found.slice(0, MOST));
  await stage.begin();
}, 180_000);

afterAll(() => stage?.close());

/** Other values for the inputs that take any text; what is a number by default has to stay one. */
function otherInputs({ inputs }: ImageContent): Record<string, string> {
  return Object.fromEntries(
    inputs
      .filter((input) => input.type === "string" && !input.if && !/^\d+$/.test(input.default ?? ""))
      .map(({ name }) => [name, `another-${name.toLowerCase().replace(/[^a-z0-9]/g, "")}`]),
  );
}

/** Whether a value stands in the objects, in a Secret's data too. */
function shows(objects: unknown, value: string): boolean {
  const text = JSON.stringify(objects);
  return text.includes(value) || text.includes(Buffer.from(value).toString("base64"));
}

/** What differs between two lives of the same object: who it is, since when, and the addresses that it drew. */
function ofAnyLife(objects: unknown[]): unknown[] {
  return (objects as KubernetesObject[]).map(({ metadata, ...rest }) => {
    const { uid: _, creationTimestamp: __, ownerReferences: ___, ...kept } = metadata;
    const object = JSON.parse(JSON.stringify({ ...rest, metadata: kept }), (key, value) =>
      ["clusterIP", "clusterIPs", "nodePort"].includes(key) ? undefined : value,
    );
    return object;
  });
}

async function thereAndBack({ name, content }: (typeof candidates)[number], namespace: string) {
  const { admin } = stage;
  const reference = { apiVersion: API_VERSION, kind: "Installation", namespace, name };
  const settled = (revision?: number) =>
    until<Installation>(admin, reference, (each) => {
      const { status, metadata } = each ?? {};
      const ready = status?.conditions?.find(({ type }) => type === "Ready");
      return (
        (revision === undefined || status?.revision === revision) &&
        ready?.status === "True" &&
        ready.observedGeneration === metadata?.generation
      );
    });
  const inputs = plausibleInputs(content);
  await install(admin, namespace, `labring/${name}:1.0.0`, { inputs }, name);
  await settled(1);
  const before = await appliedObjects(admin, namespace, name);
  const other = otherInputs(content);
  const spec = { image: `labring/${name}:2.0.0`, inputs: other };
  await admin.patch<Installation>(reference, { spec }, { type: "merge" });
  await settled(2);
  const changed = await appliedObjects(admin, namespace, name);
  const installation = await admin.get<Installation>(reference);
  const target = revisionBefore(installation, await revisionsOf(admin, namespace, name));
  if (!target) throw new Error(`${name} has nothing to go back to`);
  await rollBackTo(admin, installation, target);
  await settled(3);
  const after = await appliedObjects(admin, namespace, name);
  await admin.delete(reference);
  await until(admin, reference, (each) => each === undefined);
  const [item] = (await binItemsIn(admin, namespace)).filter(
    ({ data }) => data.installation.metadata.name === name,
  );
  if (!item) throw new Error(`${name} is not in the bin`);
  await restoreFromBin(admin, namespace, item.metadata.name, 10_000);
  await settled();
  const restored = await appliedObjects(admin, namespace, name);
  await uninstall(admin, namespace, name);
  return {
    before,
    changed,
    after,
    restored,
    shown: Object.values(other).some((value) => shows(changed, value)),
  };
}

/** Volumes and Secrets: they are not only alike but the very same after an undo. */
function data(objects: unknown[]): unknown[] {
  return (objects as KubernetesObject[])
    .filter(({ kind }) => kind === "PersistentVolumeClaim" || kind === "Secret")
    .map(({ kind, metadata }) => [kind, metadata.name, metadata.uid]);
}

test("public templates are upgraded, are byte for byte what they were once they went back, and come back from the bin", async () => {
  const waiting = [...candidates];
  const withInputs: string[] = [];
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      const namespace = await makeTenant(stage.admin, `templates-${lane}`, {});
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const { name } = next;
        const { before, changed, after, restored, shown } = await thereAndBack(next, namespace);
        expect({ name, objects: changed }).not.toEqual({ name, objects: before });
        expect({ name, objects: after }).toEqual({ name, objects: before });
        expect({ name, objects: ofAnyLife(restored) }).toEqual({ name, objects: ofAnyLife(before) });
        expect({ name, data: data(restored) }).toEqual({ name, data: data(before) });
        if (shown) withInputs.push(name);
      }
    }),
  );
  // Without the templates beside this repository there is nothing to try.
  if (corpusTemplates().length === 0) return;
  expect(candidates).toHaveLength(MOST);
  expect(withInputs.length).toBeGreaterThanOrEqual(WITH_INPUTS);
}, 600_000);

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import { ContentStore, readImage } from "../images/index.ts";
import { corpusTemplates, plausibleInputs } from "../install/corpus.ts";
import { revisionsOf } from "../install/revisions.ts";
import { revisionBefore, rollBackTo } from "../install/rollback.ts";
import type { ImageContent } from "../model/image.ts";
import { API_VERSION, type Installation } from "../model/resources.ts";
import { Manager } from "./manager.ts";
import {
  appliedObjects,
  cloud,
  install,
  makeTenant,
  prepareCluster,
  quiet,
  until,
} from "./testing/cluster.ts";

/** Public templates with other container images and other inputs, and back again. */
const MOST = 20;
const LANES = 4;

let cluster: TestCluster;
let manager: Manager;
let folder: string;
const candidates: { name: string; content: ImageContent }[] = [];

beforeAll(async () => {
  cluster = await startTestCluster({ speed: 100 });
  await prepareCluster(cluster.admin);
  folder = await mkdtemp(join(tmpdir(), "templates-"));
  const images = new ContentStore(folder);
  for (const { name, path } of corpusTemplates()) {
    const text = await readFile(path, "utf8");
    // Those that need no operator; what theirs do takes longer and is the operators' own.
    if (candidates.length === MOST || /kubeblocks|objectstorage|acid\.zalan/.test(text)) continue;
    const next = text.replace(
      /^(\s*(?:- )?image: )(['"]?)([^\s'"$]+?)(?::[\w.-]+)?\2\s*$/gm,
      "$1$2$3:next$2",
    );
    if (next === text) continue;
    candidates.push({ name, content: readImage(new Map([["index.yaml", Buffer.from(text)]])) });
    for (const [tag, manifest] of [
      ["1.0.0", text],
      ["2.0.0", next],
    ] as const)
      await images.put(`labring/${name}:${tag}`, new Map([["index.yaml", Buffer.from(manifest)]]));
  }
  manager = new Manager({
    cluster: await cluster.account("sealos-system", "manager"),
    images,
    cloud,
    consoleHosts: ["localhost"],
    systemNamespace: "sealos-system",
    identity: "test",
    log: quiet,
  });
  await manager.start();
}, 120_000);

afterAll(async () => {
  await manager?.stop();
  await cluster?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Other values for the inputs that take any text. */
function otherInputs({ inputs }: ImageContent, values: Record<string, string>): Record<string, string> {
  const texts = inputs.filter(
    ({ type, name, if: condition }) => type === "string" && !condition && values[name],
  );
  return { ...values, ...Object.fromEntries(texts.map(({ name }) => [name, `${values[name]}x`])) };
}

async function thereAndBack({ name, content }: (typeof candidates)[number], namespace: string) {
  const { admin } = cluster;
  const reference = { apiVersion: API_VERSION, kind: "Installation", namespace, name };
  const settled = (revision: number) =>
    until<Installation>(admin, reference, (each) => {
      const { status, metadata } = each ?? {};
      const ready = status?.conditions?.find(({ type }) => type === "Ready");
      return (
        status?.revision === revision &&
        ready?.status === "True" &&
        ready.observedGeneration === metadata?.generation
      );
    });
  const inputs = plausibleInputs(content);
  await install(admin, namespace, `labring/${name}:1.0.0`, { inputs }, name);
  await settled(1);
  const before = await appliedObjects(admin, namespace, name);
  const spec = { image: `labring/${name}:2.0.0`, inputs: otherInputs(content, inputs) };
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
  return { name, before, changed, after };
}

test("public templates are upgraded, and are byte for byte what they were once they went back", async () => {
  const waiting = [...candidates];
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      const namespace = await makeTenant(cluster.admin, `templates-${lane}`, {});
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const { name, before, changed, after } = await thereAndBack(next, namespace);
        expect({ name, objects: changed }).not.toEqual({ name, objects: before });
        expect({ name, objects: after }).toEqual({ name, objects: before });
      }
    }),
  );
  // Without the templates beside this repository there is nothing to try.
  if (corpusTemplates().length > 0) expect(candidates).toHaveLength(MOST);
}, 300_000);

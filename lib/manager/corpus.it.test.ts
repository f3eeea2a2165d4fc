import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { registryMissing, startRegistry, type TestRegistry } from "../../tools/registry/index.ts";
import { complete, evaluate, importTemplate, writeImage } from "../build/index.ts";
import type { Cluster } from "../cluster/index.ts";
import { type Files, readImage } from "../images/index.ts";
import { emptyBin } from "../install/bin-use.ts";
import { corpusTemplates, plausibleInputs } from "../install/testing/corpus.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { API_VERSION, DEPARTED, type Installation, type Repository } from "../model/resources.ts";
import { Layout, pushImage, Registry } from "../oci/index.ts";
import { BlobCache, hostPatterns } from "../sources/index.ts";
import { install, makeTenant, putImage, shipped, until } from "./testing/cluster.ts";
import { openStage, type Stage } from "./testing/stage.ts";

/**
 * Every image that ships with the Hub and every public template beside this repository, installed through an
 * Installation as a tenant would, until it runs, and uninstalled again. The templates go the whole way: made into folders,
 * built, pushed to a registry, and published from there.
 */
const root = fileURLToPath(new URL("../../", import.meta.url));
const templates = corpusTemplates();
/** Tenants that install at the same time, each one image after the other. */
const LANES = 8;
const LONGEST_MS = 180_000;
/** The organization that publishes the public templates. */
const PUBLISHER = "community";

/** Templates that cannot run, by the code that says so; each for a fault of its own. */
const faulty: Record<string, { code: string; words: string }> = {
  // Its database is to be made in ns-admin.
  "nakama.yaml": { code: "manifest-refused", words: "names the namespace ns-admin" },
  // Its cluster is called <app>-mongo, its pods read the Secret of one called <app>-mongodb.
  "rocketchat.yaml": { code: "config-missing", words: "-mongodb-mongodb-account-root" },
};

/** What operators leave in a namespace by design, as the real ones do. */
const leftByOperators = [
  // The keys belong to the person, not to a bucket.
  "Secret object-storage-key",
  // Zalando's operator makes the account of its pods once per namespace.
  "ServiceAccount postgres-pod",
  "RoleBinding postgres-pod",
];

/** What is asked for a Secret by its name is given this one. */
const password = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "some-secret" },
  stringData: { password: "some-password" },
};

interface Candidate {
  name: string;
  reference: string;
  files: Files;
  /** Absent: the content store. */
  source?: string;
}

let stage: Stage;
let registry: TestRegistry | undefined;
let admin: Cluster;
let candidates: Candidate[] = [];

async function shippedImages(): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const parent of ["providers", "images"]) {
    const entries = await readdir(join(root, parent), { withFileTypes: true });
    for (const { name } of entries.filter((entry) => entry.isDirectory()))
      found.push({ name, reference: `labring/${name}:1`, files: await shipped(`${parent}/${name}`) });
  }
  return found;
}

/** Made into a folder, built as `hub build` does, and pushed. */
async function pushTemplate({ name, path }: (typeof templates)[number], host: string): Promise<Candidate> {
  const made = importTemplate(await readFile(path, "utf8"), path);
  const files = new Map([...made].map(([file, text]) => [file, Buffer.from(text)]));
  const context = { files, executable: new Set<string>(), ignores: () => false };
  const elsewhere = async () => Promise.reject(new Error("a template is built upon nothing"));
  const surroundings = { context, file: "Kubefile", args: new Map(), base: elsewhere, fetch: elsewhere };
  const kubefile = made.get("Kubefile") ?? "";
  const { stage: built } = await evaluate(kubefile, surroundings);
  complete(built, context, kubefile);
  const layout = new Layout(join(stage.folder, "built"));
  const { descriptor } = await writeImage(layout, built);
  const to = { registry: new Registry({ registry: host }), repository: `templates/${name}`, reference: "1" };
  await pushImage(layout, descriptor, to);
  return {
    name: `${name}.yaml`,
    reference: `${PUBLISHER}/${name}:1`,
    source: `${host}/templates/${name}`,
    files,
  };
}

async function publish({ reference, source }: Candidate): Promise<void> {
  if (!source) return;
  const [organization = "", repository = ""] = reference.replace(/:.*/, "").split("/");
  await admin.create<Repository>({
    apiVersion: API_VERSION,
    kind: "Repository",
    metadata: { name: `${organization}.${repository}` },
    spec: { organization, repository, visibility: "public", source },
  });
}

beforeAll(async () => {
  const missing = templates.length > 0 ? registryMissing() : undefined;
  if (missing) throw new Error(missing);
  stage = await openStage({ speed: 100 });
  admin = stage.admin;
  candidates = await shippedImages();
  for (const { reference, files } of candidates) await putImage(stage.images, reference, files);
  if (templates.length > 0) registry = await startRegistry();
  for (const template of templates) candidates.push(await pushTemplate(template, registry?.host ?? ""));
  await admin.create({
    apiVersion: API_VERSION,
    kind: "Organization",
    metadata: { name: PUBLISHER },
    spec: {},
  });
  for (const candidate of candidates) await publish(candidate);
  await stage.begin({
    sources: {
      allowed: hostPatterns("127.0.0.1"),
      cache: new BlobCache(join(stage.folder, "cache"), 64 * 1024 * 1024),
    },
  });
}, 180_000);

afterAll(async () => {
  await stage?.close();
  await registry?.stop();
});

interface Outcome {
  image: string;
  phase: string;
  code: string;
  message: string;
  seconds: number;
  uninstalled: boolean;
}

/** Waits until it is in the catalogue, installs, waits until it runs (or fails, where that is expected), uninstalls. */
async function tryOne({ name, reference, files, source }: Candidate, namespace: string): Promise<Outcome> {
  if (source)
    await until<Repository>(
      admin,
      { apiVersion: API_VERSION, kind: "Repository", name: reference.replace(/:.*/, "").replace("/", ".") },
      (each) => each?.status?.latestTag === "1",
      LONGEST_MS,
    );
  const began = performance.now();
  const installation = {
    apiVersion: API_VERSION,
    kind: "Installation",
    namespace,
    name: name.replace(/\.yaml$/, ""),
  };
  const fault = faulty[name];
  const settled = ({ status }: Installation) =>
    fault
      ? status?.phase === "Failed" && status.code === fault.code && status.message?.includes(fault.words)
      : status?.phase === "Running" &&
        status.conditions?.some(({ type, status }) => type === "Healthy" && status === "True");
  await install(
    admin,
    namespace,
    reference,
    { inputs: plausibleInputs(readImage(files)) },
    installation.name,
  );
  const { status = {} } = await until<Installation>(
    admin,
    installation,
    (each) => each !== undefined && settled(each) === true,
    LONGEST_MS,
  ).then(
    (each) => each as Installation,
    () => admin.get<Installation>(installation),
  );
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  await admin.delete(installation);
  const uninstalled = await until(admin, installation, (each) => each === undefined, LONGEST_MS).then(
    () => true,
    () => false,
  );
  const { phase = "", code = "", message = "" } = status;
  return { image: name, phase, code, message: phase === "Running" ? "" : message, seconds, uninstalled };
}

/** What these namespaces hold besides volumes, which operators keep, and reports on the past. */
async function contentsOf(namespaces: ReadonlySet<string>): Promise<string[]> {
  const found: string[] = [];
  await admin.discovery.refresh();
  for (const { group, version, kind, namespaced, verbs } of await admin.discovery.all()) {
    if (!namespaced || !verbs.includes("list") || /^(Event|PersistentVolumeClaim)$/.test(kind)) continue;
    const apiVersion = group ? `${group}/${version}` : version;
    const { items } = await admin.list<KubernetesObject>({ apiVersion, kind });
    for (const { metadata } of items) {
      if (!namespaces.has(metadata.namespace ?? "")) continue;
      const what = `${kind} ${metadata.name}`;
      // What was there is told of for a while.
      if (metadata.name === DEPARTED.name) continue;
      if (!leftByOperators.includes(what)) found.push(`${metadata.namespace}: ${what}`);
    }
  }
  return found;
}

describe("what ships with the Hub and the public templates", () => {
  test("run once they are installed, but for those with a fault, and leave nothing once the bin is empty", async () => {
    const lanes: string[] = [];
    for (let lane = 0; lane < LANES; lane++) {
      const namespace = await makeTenant(admin, `corpus${lane}`, {});
      await admin.create<KubernetesObject>({ ...password, metadata: { ...password.metadata, namespace } });
      lanes.push(namespace);
    }
    const before = await contentsOf(new Set(lanes));
    const waiting = [...candidates];
    const outcomes: Outcome[] = [];
    await Promise.all(
      lanes.map(async (namespace) => {
        for (let next = waiting.shift(); next; next = waiting.shift())
          outcomes.push(await tryOne(next, namespace));
      }),
    );
    const failed = outcomes.filter(({ phase, uninstalled }) => phase !== "Running" || !uninstalled);
    console.table(failed);
    const expected = candidates.flatMap(({ name }) =>
      faulty[name] ? [[name, faulty[name].code, true]] : [],
    );
    expect(failed.map(({ image, code, uninstalled }) => [image, code, uninstalled]).sort()).toEqual(expected);
    expect(outcomes).toHaveLength(candidates.length);
    for (const lane of lanes) await emptyBin(admin, lane);
    await vi.waitFor(
      async () => {
        const after = await contentsOf(new Set(lanes));
        expect(after.filter((each) => !before.includes(each))).toEqual([]);
      },
      { timeout: 120_000, interval: 500 },
    );
  }, 1_200_000);

  if (templates.length === 0)
    test("miss the public templates, which are absent beside this repository", () => {
      expect(candidates.some(({ name }) => name.endsWith(".yaml"))).toBe(false);
    });
});

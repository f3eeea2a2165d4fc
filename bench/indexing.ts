// From a repository that names a registry to all of its tags in the catalogue, and the manager's memory meanwhile.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ContentStore } from "../lib/images/index.ts";
import { prepareCluster } from "../lib/manager/testing/cluster.ts";
import { API_VERSION, type Image, type Repository } from "../lib/model/resources.ts";
import { pushImage, Registry } from "../lib/oci/index.ts";
import { fail } from "../scripts/runtime.mjs";
import { registryMissing, startRegistry } from "../tools/registry/index.ts";
import { startTestCluster } from "../tools/testing/index.ts";
import { peakBytes, processorSeconds, residentBytes, startManager } from "./kubernetes/processes.ts";
import { type Figure, print, say } from "./kubernetes/report.ts";

const TAGS = Number(process.env.BENCH_TAGS ?? 1000);
const MOST_SECONDS = 60;
const MOST_MB = 300;
const GIVE_UP_MS = 10 * 60_000;
const REPOSITORY = { apiVersion: API_VERSION, kind: "Repository", name: "bench.app" };
const missing = registryMissing();
if (missing) fail(missing);

const dir = await mkdtemp(join(tmpdir(), "hub-bench-indexing-"));
const registry = await startRegistry();
const cluster = await startTestCluster({ speed: 200 });
const undo: (() => Promise<unknown>)[] = [() => cluster.stop(), () => registry.stop()];
try {
  await prepareCluster(cluster.admin);
  const began = performance.now();
  await publish();
  say(`${TAGS} tags pushed in ${((performance.now() - began) / 1000).toFixed(0)} s`);

  const kubeconfig = await cluster.accountKubeconfig("sealos-system", "manager");
  const manager = await startManager(
    { dir, url: "http://localhost:3000", webPort: 3000, secret: "" },
    "manager",
    { KUBECONFIG: kubeconfig, REGISTRY_ALLOW: "127.0.0.1", CONTENT_CACHE_DIR: join(dir, "cache") },
  );
  undo.push(() => manager.stop());
  const pid = manager.pid ?? 0;
  await cluster.admin.create({
    apiVersion: API_VERSION,
    kind: "Organization",
    metadata: { name: "bench" },
    spec: {},
  });
  const before = residentBytes(pid) / 1e6;
  const asked = registry.log.length;
  const used = processorSeconds(pid);
  const started = performance.now();
  await cluster.admin.create({
    apiVersion: API_VERSION,
    kind: "Repository",
    metadata: { name: REPOSITORY.name },
    spec: { organization: "bench", repository: "app", source: `${registry.host}/bench/app` },
  });
  for (let tags = 0; tags < TAGS; tags = await listed()) {
    if (!manager.running) throw new Error(`the manager ended:\n${manager.tail}`);
    if (performance.now() - started > GIVE_UP_MS) throw new Error(`only ${tags} tags are listed`);
    await delay(250);
  }
  const seconds = (performance.now() - started) / 1000;
  const bad = (await cluster.admin.list<Image>({ apiVersion: API_VERSION, kind: "Image" })).items.filter(
    ({ status }) => !status?.conditions?.some(({ type, status: is }) => type === "Indexed" && is === "True"),
  );
  if (bad.length > 0) throw new Error(`${bad.length} tags are listed but not indexed`);
  say(
    `${registry.log.length - asked} lines of the registry's log, ${(processorSeconds(pid) - used).toFixed(1)} s of the manager's processor time, ${before.toFixed(0)} MB before`,
  );
  const peak = peakBytes(pid) / 1e6;
  const figures: Figure[] = [
    {
      what: `${TAGS} tags of one repository indexed`,
      asked: `at most ${MOST_SECONDS} s`,
      measured: `${seconds.toFixed(1)} s`,
      met: seconds <= MOST_SECONDS,
    },
    {
      what: "the manager's memory meanwhile, at its peak",
      asked: `at most ${MOST_MB} MB`,
      measured: `${peak.toFixed(0)} MB`,
      met: peak <= MOST_MB,
    },
  ];
  print(figures);
} finally {
  for (const each of undo.reverse()) await each();
  await rm(dir, { recursive: true, force: true });
}
process.exit();

async function listed(): Promise<number> {
  return (await cluster.admin.get<Repository>(REPOSITORY)).status?.tags?.length ?? 0;
}

/** No two tags are alike: each is an image of its own, as large as most. */
async function publish(): Promise<void> {
  const target = new Registry({ registry: registry.host, plainHttp: true });
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < TAGS; n = next++) {
      // A layout of its own, because what there is already is written anew with each image of a layout.
      const store = new ContentStore(join(dir, "layouts", String(n)));
      await store.put("bench", files(n));
      const [descriptor] = await store.layout.index();
      if (!descriptor) throw new Error(`image ${n} was not stored`);
      const reference = `1.${Math.floor(n / 100)}.${n % 100}`;
      await pushImage(store.layout, descriptor, { registry: target, repository: "bench/app", reference });
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

function files(n: number): Map<string, Uint8Array> {
  const texts = {
    "app.yaml": `apiVersion: app.sealos.io/v1\nkind: Template\nmetadata: { name: app }\nspec: { title: App, version: "${n}" }\n`,
    "README.md": `# App ${n}\n\n${randomBytes(6_000).toString("base64").replace(/[+/]/g, " ")}\n`,
    "manifests/app.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: app }\ndata: { value: "${n}" }\n`,
  };
  return new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)]));
}

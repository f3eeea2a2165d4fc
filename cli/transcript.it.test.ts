import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { answer } from "@/app/api/answer.test-support.ts";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { ContentStore, readFolder } from "@/lib/images/index.ts";
import type { Manager } from "@/lib/manager/manager.ts";
import { allow } from "@/lib/manager/testing/cluster.ts";
import type { KubernetesObject } from "@/lib/model/kubernetes.ts";
import { API_VERSION, type Repository } from "@/lib/model/resources.ts";
import { hostPatterns } from "@/lib/sources/index.ts";
import { findKubectl } from "@/sandbox/conformance/kubectl/program.ts";
import { registryMissing, startRegistry, type TestRegistry } from "@/tools/registry/index.ts";
import { testManager } from "../lib/manager/testing/stage.ts";
import { type HubOptions, hub as spawnHub } from "./testing/hub.ts";
import { authorityOf, startWeb } from "./testing/web.ts";

/** From a publisher's folder to a database that somebody uses, as it is written in an age-old shell transcript. */
const SLOW_MS = 180_000;
let under: HubUnderTest;
let manager: Manager;
let registry: TestRegistry;
let web: Awaited<ReturnType<typeof startWeb>>;
let home: string;

beforeAll(async () => {
  const missing = registryMissing();
  if (missing) throw new Error(missing);
  home = await mkdtemp(join(tmpdir(), "hub-transcript-"));
  registry = await startRegistry();
  web = await startWeb();
  const { url } = web;
  under = await startHubUnderTest({ HUB_URL: url, HUB_DEMO: "1", REGISTRY_ALLOW: "127.0.0.1" });
  manager = testManager({
    cluster: await under.cluster.account("sealos-system", "manager"),
    images: new ContentStore(under.config.contentDir),
    sources: { allowed: hostPatterns("127.0.0.1") },
  });
  await manager.start();
  const alice = new Browser(url, answer);
  await alice.signIn("alice");
  const like = await authorityOf(under.cluster.kubeconfig);
  under.config.kubernetes = { url: under.cluster.url, ...(like && { certificateAuthority: like }) };
  await under.admin.create({
    apiVersion: API_VERSION,
    kind: "Organization",
    metadata: { name: "labring" },
    spec: { trusted: true, members: [{ user: "alice", role: "publisher" }] },
  });
  let confirmed: Promise<Response> | undefined;
  const signedIn = await sealos(["login", url, "--device"], {
    onStderr(said) {
      const code = /code ([A-Z]{4}-[A-Z]{4})/.exec(said)?.[1];
      if (code && !confirmed)
        confirmed = alice.fetch(`/api/cli/requests/${code}`, { method: "POST", json: { approve: true } });
    },
  });
  expect(signedIn).toMatchObject({ code: 0 });
}, SLOW_MS);

afterAll(async () => {
  await manager?.stop();
  await under?.stop();
  await registry?.stop();
  web?.close();
  if (home) await rm(home, { recursive: true, force: true });
});

type Ears = Pick<HubOptions, "cwd" | "interrupt" | "onStdout" | "onStderr">;
function sealos(args: string[], options: Ears = {}) {
  const kubeconfig = join(home, "kubeconfig");
  const env = { HOME: home, XDG_CONFIG_HOME: "", XDG_DATA_HOME: "", KUBECONFIG: kubeconfig, BROWSER: "true" };
  return spawnHub(args, { cwd: home, ...options, env });
}

/** Runs the line until it succeeds, as a person who waits a moment would. */
async function soon(line: string, cwd?: string): Promise<string> {
  return vi.waitFor(
    async () => {
      const done = await sealos(line.split(" "), cwd ? { cwd } : {});
      expect(done, `${line}\n${done.stderr}`).toMatchObject({ code: 0 });
      return done.stdout;
    },
    { timeout: 60_000, interval: 500 },
  );
}

/** Publishes what was pushed, and waits until the Hub has read it. */
async function publish(name: string): Promise<void> {
  await soon(`publish labring/${name} --source ${registry.host}/labring/${name}`);
  await vi.waitFor(
    async () => {
      const ref = { apiVersion: API_VERSION, kind: "Repository", name: `labring.${name}` };
      expect((await under.admin.get<Repository>(ref)).status?.latestTag).toBe("latest");
    },
    { timeout: 30_000, interval: 200 },
  );
}

const database = async () =>
  under.admin.find<KubernetesObject & { spec: { postgresql: { version: string } } }>({
    apiVersion: "acid.zalan.do/v1",
    kind: "postgresql",
    namespace: "ns-alice",
    name: "pgsql",
  });

test(
  "a provider is built, pushed, published, run, used and updated, and an app as well",
  async () => {
    const folder = join(home, "pgsql-provider");
    await cp(join(import.meta.dirname, "../providers/postgres"), folder, { recursive: true });
    const provider = `${registry.host}/labring/pgsql-provider:latest`;
    await soon(`build -t ${provider} .`, folder);
    await soon(`push ${provider}`);
    await publish("pgsql-provider");
    await allow(under.admin, "labring/pgsql-provider:latest", await readFolder(folder));

    await soon("run labring/pgsql-provider:latest");
    await writeFile(
      join(home, "pgsql.yaml"),
      `apiVersion: acid.zalan.do/v1
kind: postgresql
metadata: { name: pgsql }
spec: { teamId: acid, numberOfInstances: 1, volume: { size: 1Gi }, postgresql: { version: "16" } }
`,
    );
    expect(await soon("apply -f pgsql.yaml")).toBe("postgresql/pgsql created by labring/pgsql-provider\n");
    const kubectl = await findKubectl(false);
    if (kubectl) {
      const args = ["--kubeconfig", under.cluster.kubeconfig, "get", "pgsql", "-n", "ns-alice"];
      expect((await promisify(execFile)(kubectl, args)).stdout).toMatch(/^pgsql /m);
    }
    expect(await soon("get pgsql -n ns-alice")).toMatch(/^pgsql /m);
    await soon("actions update pgsql --env=http://pgsql.ns-alice.cluster.local --version=latest");
    await vi.waitFor(async () => expect((await database())?.spec.postgresql.version).toBe("18"), 20_000);
    await soon("delete -f pgsql.yaml");
    await vi.waitFor(async () => expect(await database()).toBeUndefined(), 20_000);

    const affine = join(home, "affine");
    await cp(join(import.meta.dirname, "../images/affine"), affine, { recursive: true });
    await soon(`build -t ${registry.host}/labring/affine:latest ${affine}`);
    await soon(`push ${registry.host}/labring/affine:latest`);
    await publish("affine");
    await soon("run labring/affine:latest -n ns-alice");
    await soon("actions update affine --version=latest");
    expect(await soon("run labring/affine:latest -n ns-alice --wait")).toContain("Running");
  },
  SLOW_MS,
);

test(
  "with --watch --run each save is what runs, one line a round, and a mistake is said where it is",
  async () => {
    const folder = join(home, "saved");
    await mkdir(join(folder, "manifests"), { recursive: true });
    const header = "apiVersion: app.sealos.io/v1\nkind: Template\nmetadata: { name: saved }\n";
    await writeFile(join(folder, "app.yaml"), `${header}spec: { title: Saved, version: 1.0.0 }\n`);
    const manifest = join(folder, "manifests", "app.yaml");
    const words = (text: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: saved }\ndata: { text: ${text} }\n`;
    await writeFile(manifest, words("first"));
    const interrupt = new AbortController();
    let said = "";
    const { stdout, stderr, code } = await sealos(
      ["build", "-t", `${registry.host}/labring/saved:dev`, folder, "--watch", "--run", "labring/saved"],
      {
        interrupt: interrupt.signal,
        onStdout(text) {
          said += text;
          const lines = said.split("\n").length - 1;
          if (lines === 1) void writeFile(manifest, "apiVersion: v1\nkind: [\n");
          else if (lines > 1) interrupt.abort();
        },
        onStderr(text) {
          if (text.includes("manifests/app.yaml:")) void writeFile(manifest, words("second"));
        },
      },
    );
    expect(stderr).toMatch(/hub: manifests\/app\.yaml:\d+: /);
    const [first, second, ...more] = stdout.trim().split("\n");
    expect(more).toEqual([]);
    expect(first).toMatch(/^\d\d:\d\d:\d\d labring\/saved@sha256:[a-f0-9]{12} \+ConfigMap\/saved, Running /);
    expect(second).toMatch(/ ~ConfigMap\/saved, Running /);
    expect(code).toBe(130);
    const map = { apiVersion: "v1", kind: "ConfigMap", namespace: "ns-alice", name: "saved" };
    expect((await under.admin.get<KubernetesObject & { data: object }>(map)).data).toEqual({
      text: "second",
    });
  },
  SLOW_MS,
);

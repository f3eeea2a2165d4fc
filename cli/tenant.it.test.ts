import { generateKeyPairSync } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { answer } from "@/app/api/answer.test-support.ts";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { ContentStore } from "@/lib/images/index.ts";
import type { Manager } from "@/lib/manager/manager.ts";
import { application, putImage } from "@/lib/manager/testing/cluster.ts";
import type { Budget } from "@/lib/model/budget.ts";
import type { KubernetesObject } from "@/lib/model/kubernetes.ts";
import { API_VERSION, type Installation, type Organization, type Usage } from "@/lib/model/resources.ts";
import { testManager } from "../lib/manager/testing/stage.ts";
import { type HubResult, hub as spawnHub } from "./testing/hub.ts";
import { authorityOf, startWeb } from "./testing/web.ts";

/** The real command line, as a process, against a Hub over HTTP and its cluster with a manager running. */
const SLOW_MS = 120_000;
let under: HubUnderTest;
let manager: Manager;
let web: Awaited<ReturnType<typeof startWeb>>;
let home: string;
let kubeconfig: string;
let alice: Browser;

const OTHERS = `# Mine, with a comment.
apiVersion: v1
kind: Config
current-context: work
clusters:
  - name: work # far away
    cluster: { server: "https://work.test" }
users:
  - name: work
    user: { token: not-for-the-hub }
contexts:
  - name: work
    context: { cluster: work, user: work }
`;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "hub-home-"));
  kubeconfig = join(home, "kubeconfig");
  await writeFile(kubeconfig, OTHERS);
  await chmod(kubeconfig, 0o644);
  web = await startWeb();
  const { url } = web;
  under = await startHubUnderTest({ HUB_URL: url, HUB_DEMO: "1" });
  const like = await authorityOf(under.cluster.kubeconfig);
  under.config.kubernetes = { url: under.cluster.url, ...(like && { certificateAuthority: like }) };
  await under.publish("providers/postgres", "labring/postgres:latest");
  await under.publish("images/uptime-kuma", "labring/uptime-kuma:latest");
  await under.publish("images/open-webui", "labring/open-webui:latest");
  manager = testManager({
    cluster: await under.cluster.account("sealos-system", "manager"),
    images: new ContentStore(under.config.contentDir),
  });
  await manager.start();
  alice = new Browser(url, answer);
  await alice.signIn("alice");
}, SLOW_MS);

afterAll(async () => {
  await manager?.stop();
  await under?.stop();
  web?.close();
  if (home) await rm(home, { recursive: true, force: true });
});

function hub(
  args: string[],
  options: { onStderr?: (text: string) => void; env?: Record<string, string>; input?: string } = {},
) {
  const env = { HOME: home, XDG_CONFIG_HOME: "", KUBECONFIG: kubeconfig, BROWSER: "true", ...options.env };
  return spawnHub(args, { ...options, env, cwd: home });
}

/** Signs in with a device code, which alice confirms as soon as it is shown. */
async function login(browser = alice, env: Record<string, string> = {}): Promise<HubResult> {
  let confirmed: Promise<Response> | undefined;
  return hub(["login", under.config.url, "--device", "--json"], {
    env,
    onStderr(text) {
      const code = /code ([A-Z]{4}-[A-Z]{4})/.exec(text)?.[1];
      if (code && !confirmed)
        confirmed = browser.fetch(`/api/cli/requests/${code}`, { method: "POST", json: { approve: true } });
    },
  });
}

describe("signing in", () => {
  test("adds contexts to the kubeconfig, for its owner alone, and touches nobody else's", async () => {
    const done = await login();
    expect(done).toMatchObject({ code: 0 });
    expect(done.json()).toMatchObject({
      user: { uid: "alice" },
      contexts: ["sealos-hub/ns-alice"],
      before: "work",
    });
    const text = await readFile(kubeconfig, "utf8");
    for (const line of ["# Mine, with a comment.", "name: work # far away", "token: not-for-the-hub"])
      expect(text).toContain(line);
    expect(text).toContain("current-context: sealos-hub/ns-alice");
    for (const file of [kubeconfig, join(home, ".config/sealos-hub/sessions.json")])
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(text).not.toContain("hubcli_");
  });

  test("with a browser on this machine takes the code that comes back", async () => {
    let visited: Promise<Response> | undefined;
    const done = await hub(["login", under.config.url, "--json"], {
      onStderr(text) {
        const page = /Opening (\S+)/.exec(text)?.[1];
        if (!page || visited) return;
        const { host, ...asked } = Object.fromEntries(new URL(page).searchParams);
        visited = alice
          .fetch("/api/cli/authorize", { method: "POST", json: { host, ...asked, approve: true } })
          .then((response) => response.json())
          .then(({ redirect }: { redirect: string }) => fetch(redirect));
      },
    });
    expect(done).toMatchObject({ code: 0 });
    expect(await (await visited)?.text()).toContain("You can close this tab");
  });

  test("never over the open network", async () => {
    const refused = await hub(["login", "http://hub.example.com"]);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("not encrypted");
  });

  test("prints credentials that the API server takes, as an exec plugin does", async () => {
    const printed = await hub(["credential", "--hub", under.config.url, "-n", "ns-alice"]);
    const { apiVersion, kind, status } = printed.json<{
      apiVersion: string;
      kind: string;
      status: { token: string; expirationTimestamp: string };
    }>();
    expect([apiVersion, kind]).toEqual(["client.authentication.k8s.io/v1", "ExecCredential"]);
    const kubernetes = under.cluster.anonymous(status.token);
    const secrets = (namespace: string) => kubernetes.list({ apiVersion: "v1", kind: "Secret", namespace });
    await expect(secrets("ns-alice")).resolves.toBeDefined();
    await expect(secrets("kube-system")).rejects.toMatchObject({ status: 403 });
  });

  test("another's workspace stays closed", async () => {
    const bob = new Browser(under.config.url, answer);
    await bob.signIn("bob");
    const printed = await hub(["credential", "--hub", under.config.url, "-n", "ns-bob"]);
    expect(printed).toMatchObject({ code: 3, stdout: "" });
    const listed = await hub(["get", "-n", "ns-bob"]);
    expect(listed).toMatchObject({ code: 4, stdout: "" });
    const run = await hub(["run", "labring/uptime-kuma", "-n", "ns-bob"]);
    expect(run.code).toBe(4);
  });
});

const diary = (image: string) =>
  application(
    "diary",
    `apiVersion: apps/v1
kind: Deployment
metadata: { name: diary }
spec:
  selector: { matchLabels: { app: diary } }
  template:
    metadata: { labels: { app: diary } }
    spec: { containers: [{ name: diary, image: "docker.io/library/nginx:${image}" }] }
`,
  );

const installationOf = (name: string) =>
  under.admin.find<Installation>({
    apiVersion: API_VERSION,
    kind: "Installation",
    namespace: "ns-alice",
    name,
  });

describe("an app", () => {
  test(
    "names the providers of a kind that it needs, and takes along the one that is chosen",
    async () => {
      const database = `apiVersion: acid.zalan.do/v1
kind: postgresql
metadata: { name: shop }
spec: { teamId: acid, numberOfInstances: 1, postgresql: { version: "17" }, volume: { size: 1Gi } }
`;
      const content = new ContentStore(under.config.contentDir);
      await putImage(content, "labring/shop:1.0.0", application("shop", database));
      const chosen = ["--provider", "postgresql.acid.zalan.do=labring/postgres:latest"];
      await vi.waitFor(
        async () => {
          const { stdout } = await hub(["run", "labring/shop:1.0.0", "--dry-run", ...chosen]);
          expect(stdout).toContain(
            "postgresql.acid.zalan.do: PostgreSQL (labring/postgres:latest) was chosen.",
          );
          expect(stdout).toContain("● labring/postgres:latest (PostgreSQL)");
        },
        { timeout: 20_000 },
      );
      const wrong = await hub(["run", "labring/shop:1.0.0", "--provider", "postgresql=labring/postgres"]);
      expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("KIND.GROUP=ORG/REPO") });
      expect(await hub(["run", "labring/shop:1.0.0", ...chosen])).toMatchObject({ code: 0 });
      const made = { apiVersion: API_VERSION, kind: "Installation", namespace: "ns-alice", name: "shop" };
      expect((await under.admin.get<Installation>(made)).spec.providers).toEqual([
        { kind: "postgresql.acid.zalan.do", image: "labring/postgres:latest" },
      ]);
      await hub(["uninstall", "shop", "--purge", "--wait"]);
    },
    SLOW_MS,
  );

  test("is planned without a change", async () => {
    const planned = await hub(["run", "labring/uptime-kuma:latest", "--dry-run"]);
    expect(planned).toMatchObject({ code: 0 });
    expect(planned.stdout).toMatch(/create \w+\/uptime-kuma/);
    expect(await installationOf("uptime-kuma")).toBeUndefined();
  });

  test(
    "is installed, found, opened, and uninstalled",
    async () => {
      const ran = await hub(["run", "labring/uptime-kuma:latest", "-n", "ns-alice", "--wait"]);
      expect(ran).toMatchObject({ code: 0 });
      expect(ran.stdout).toContain("uptime-kuma in ns-alice: Running");
      const listed = await hub(["get"]);
      expect(listed.stdout).toMatch(/NAME.*\n.*uptime-kuma.*Running/);
      expect((await hub(["open", "uptime-kuma"])).stdout).toContain("apps.example.com");
      const again = await hub(["run", "labring/uptime-kuma:latest"]);
      expect(again.stderr).toContain("installed already");
      expect((await hub(["search", "uptime"])).stdout).toContain("labring/uptime-kuma");
      const looked = await hub(["troubleshoot", "uptime-kuma"]);
      expect(looked.stdout).toMatch(/^# Troubleshooting: .*\n[\s\S]*## Pods\n[\s\S]*Last lines of the log/);
      const gone = await hub(["uninstall", "uptime-kuma", "--wait"]);
      expect(gone).toMatchObject({ code: 0 });
      expect(await installationOf("uptime-kuma")).toBeUndefined();
      const told = await hub(["timeline", "uptime-kuma"]);
      expect(told.stdout).toMatch(/Alice +cli +uninstalled +Installation\/uptime-kuma/);
      expect(told.stdout).toMatch(
        /Alice +cli +installed +Installation\/uptime-kuma +labring\/uptime-kuma:latest/,
      );
      const table = await hub(["timeline", "--csv", "--door", "cli"]);
      expect(table.stdout).toMatch(/^time,kind,event,[\s\S]*,change,installed,Installation,uptime-kuma,/);
    },
    SLOW_MS,
  );

  test(
    "goes back to an earlier revision, secrets and all",
    async () => {
      const run = ["run", "labring/open-webui:latest", "--wait", "--set"];
      expect(await hub([...run, "api_key=first-secret"])).toMatchObject({ code: 0 });
      const place = { namespace: "ns-alice", name: "open-webui" };
      const nothing = await hub(["rollback", "open-webui"]);
      expect(nothing).toMatchObject({ code: 3, stdout: "" });
      const [reference] = (await installationOf("open-webui"))?.spec.inputsFrom ?? [];
      const secret = { apiVersion: "v1", kind: "Secret", ...place, name: reference?.secretRef.name ?? "" };
      await under.admin.patch(secret, { stringData: { api_key: "second-secret" } }, { type: "merge" });
      await under.admin.patch(
        { apiVersion: API_VERSION, kind: "Installation", ...place },
        { spec: { inputs: { api_url: "http://second" } } },
        { type: "merge" },
      );
      await vi.waitFor(async () => {
        const listed = await hub(["rollback", "open-webui", "--list", "--json"]);
        expect(listed.json<unknown[]>().length).toBeGreaterThan(1);
      }, 20_000);
      const listed = await hub(["rollback", "open-webui", "-l"]);
      expect(listed.stdout).toMatch(
        /^REVISION .*\n\d+ \* +labring\/open-webui:latest .*api_url=http:\/\/second/,
      );
      expect(listed.stdout + listed.stderr).not.toContain("-secret");
      const before = await installationOf("open-webui");
      expect(await hub(["rollback", "open-webui", "--to", "1", "--dry-run"])).toMatchObject({ code: 0 });
      expect((await installationOf("open-webui"))?.spec).toEqual(before?.spec);
      expect((await hub(["rollback", "open-webui", "--to", "99"])).stderr).toContain("What it keeps: ");
      expect(await hub(["rollback", "open-webui", "--to", "1", "--wait"])).toMatchObject({ code: 0 });
      const now = await installationOf("open-webui");
      expect(now?.spec.inputs).not.toHaveProperty("api_url");
      expect(now?.spec.image).toMatch(/^labring\/open-webui:latest@sha256:[0-9a-f]{64}$/);
      const { data = {} } = await under.admin.get<KubernetesObject & { data?: Record<string, string> }>(
        secret,
      );
      expect(Buffer.from(data.api_key ?? "", "base64").toString()).toBe("first-secret");
      await hub(["uninstall", "open-webui", "--purge", "--wait"]);
    },
    SLOW_MS,
  );

  test(
    "is stopped and started, by hand and by schedule, and comes back from the bin",
    async () => {
      await hub(["run", "labring/uptime-kuma:latest", "--name", "rest", "--wait"]);
      expect(await hub(["stop", "rest", "--wait"])).toMatchObject({ code: 0 });
      expect((await installationOf("rest"))?.status?.phase).toBe("Suspended");
      expect(await hub(["start", "rest", "--wait"])).toMatchObject({ code: 0 });
      const zone = ["--time-zone", "Asia/Shanghai"];
      const set = await hub(["schedule", "rest", "--stop", "0 20 * * 1-5", ...zone]);
      expect(set.stdout).toMatch(/^rest stops \w+day, .* at 8:00.PM\.\n$/);
      const wrong = await hub(["schedule", "rest", "--start", "at eight"]);
      expect(wrong).toMatchObject({ code: 2, stdout: "" });
      expect(wrong.stderr).toContain("five fields");
      expect((await installationOf("rest"))?.spec.schedule).toEqual({
        stop: "0 20 * * 1-5",
        timeZone: "Asia/Shanghai",
      });
      await hub(["schedule", "rest", "--off"]);
      expect((await installationOf("rest"))?.spec).not.toHaveProperty("schedule");

      expect(await hub(["uninstall", "rest", "--wait"])).toMatchObject({ code: 0 });
      expect((await hub(["bin", "list"])).stdout).toMatch(/^NAME .*\nrest +labring\/uptime-kuma:latest +1 /);
      expect(await hub(["bin", "restore", "rest", "--wait"])).toMatchObject({ code: 0 });
      expect(await hub(["bin", "empty"])).toMatchObject({ code: 2 });
      await hub(["uninstall", "rest", "--wait"]);
      expect((await hub(["bin", "empty", "rest"])).stdout).toBe("rest is deleted for good.\n");
      expect((await hub(["bin", "restore", "rest"])).stderr).toContain("There is no rest in the bin");
    },
    SLOW_MS,
  );

  test(
    "is upgraded with the plan first, goes back by itself when it fails, and says what it takes",
    async () => {
      const version = (tag: string, image: string) =>
        putImage(new ContentStore(under.config.contentDir), `labring/diary:${tag}`, diary(image));
      await version("1.0.0", "1.27");
      await vi.waitFor(
        async () => expect(await hub(["run", "labring/diary:1.0.0", "--wait"])).toMatchObject({ code: 0 }),
        { timeout: 20_000, interval: 500 },
      );
      expect((await hub(["upgrade", "diary"])).stderr).toContain("nothing newer is there");
      await version("2.0.0", "1.28");
      const available = async () => (await installationOf("diary"))?.status?.available?.tag;
      await vi.waitFor(async () => expect(await available()).toBe("2.0.0"), 20_000);
      const planned = await hub(["upgrade", "diary", "--dry-run"]);
      expect(planned.stdout).toContain("change Deployment/diary");
      expect(planned.stdout).toContain("restart Deployment/diary");
      expect((await installationOf("diary"))?.spec.image).toBe("labring/diary:1.0.0");
      const done = await hub(["upgrade", "diary", "--wait"]);
      expect(done).toMatchObject({ code: 0, stdout: "diary: labring/diary:1.0.0 → labring/diary:2.0.0\n" });
      await version("3.0.0", "does-not-exist");
      const failed = await hub(["upgrade", "diary", "--to", "3.0.0", "--atomic", "--timeout", "2", "--wait"]);
      expect(failed.code).not.toBe(0);
      expect(failed.stderr).toMatch(
        /3\.0\.0 was not ready in time, so it went back to labring\/diary:2\.0\.0/,
      );
      expect(await hub(["upgrade", "diary", "--policy", "patch"])).toMatchObject({ code: 0 });
      expect((await installationOf("diary"))?.spec.upgrade).toMatchObject({ policy: "patch", atomic: true });
      expect((await hub(["upgrade", "diary", "--policy", "all"])).code).toBe(2);
      const listed = await hub(["rollback", "diary", "--list"]);
      expect(listed.stdout).toMatch(/manager *\n.*alice +cli/);
      await hub(["uninstall", "diary", "--wait"]);
    },
    SLOW_MS,
  );

  test("that is not there is named, with what is", async () => {
    const missing = await hub(["upgrade", "nothing"]);
    expect(missing).toMatchObject({ code: 3, stdout: "" });
    expect(missing.stderr).toContain("Nothing is installed as nothing in ns-alice");
  });

  test("from nowhere fails with the sentence of its status", async () => {
    const ran = await hub(["run", "labring/no-such-image:latest", "--wait"]);
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toContain("no-such-image");
    await hub(["uninstall", "no-such-image"]);
  });
});

describe("a database", () => {
  const file = () => join(home, "pgsql.yaml");
  const database = `apiVersion: acid.zalan.do/v1
kind: postgresql
metadata: { name: pgsql }
spec: { teamId: acid, numberOfInstances: 1, volume: { size: 1Gi }, postgresql: { version: "16" } }
`;

  test(
    "is made, acted on by its address, and deleted",
    async () => {
      await writeFile(file(), database);
      if (!(await under.admin.discovery.find("acid.zalan.do/v1", "postgresql"))) {
        const early = await hub(["apply", "-f", "pgsql.yaml"]);
        expect(early).toMatchObject({ code: 3, stdout: "" });
        expect(early.stderr).toContain("hub run labring/postgres");
      }
      expect(await hub(["run", "labring/postgres:latest", "--wait"])).toMatchObject({ code: 0 });
      const applied = await hub(["apply", "-f", "pgsql.yaml"]);
      expect(applied).toMatchObject({ code: 0, stdout: "postgresql/pgsql created by labring/postgres\n" });
      expect((await hub(["apply", "-f", "pgsql.yaml"])).stdout).toContain("unchanged");
      expect((await hub(["get", "pg", "-n", "ns-alice"])).stdout).toContain("pgsql");
      const listed = await hub(["actions", "pgsql"]);
      expect(listed.stdout).toMatch(/^scale /m);
      const env = "--env=http://pgsql.ns-alice.cluster.local";
      const acted = await hub(["actions", "scale", "pgsql", env, "--instances=2", "--follow"]);
      expect(acted).toMatchObject({ code: 0 });
      expect(acted.stdout).toMatch(/^postgresql "pgsql" is patched\.\nactionrun\.hub.*: Succeeded\n$/);
      const run = /actionrun\.hub\.sealos\.io\/(\S+):/.exec(acted.stdout)?.[1] ?? "";
      const late = await hub(["actions", "cancel", run]);
      expect(late.code).not.toBe(0);
      expect(late.stderr).toContain(`${run} has ended already`);
      const object = await under.admin.get<KubernetesObject & { spec: { numberOfInstances: number } }>({
        apiVersion: "acid.zalan.do/v1",
        kind: "postgresql",
        namespace: "ns-alice",
        name: "pgsql",
      });
      expect(object.spec.numberOfInstances).toBe(2);
      expect((await hub(["delete", "-f", "pgsql.yaml"])).stdout).toBe("postgresql/pgsql deleted\n");
    },
    SLOW_MS,
  );

  test("of another namespace is not applied by mistake", async () => {
    await writeFile(file(), database.replace("name: pgsql", "name: pgsql, namespace: ns-bob"));
    const refused = await hub(["apply", "-f", "pgsql.yaml"]);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("ns-bob");
  });
});

describe("a publisher", () => {
  test("makes an organization, lets people in, publishes and takes it all away again", async () => {
    expect(await hub(["org", "create", "acme", "--title", "Acme"])).toMatchObject({ code: 0 });
    expect((await hub(["org", "list"])).stdout).toMatch(/^acme +owner +1 +0 +Acme$/m);
    expect((await hub(["org", "add", "acme", "bob", "--role", "publisher"])).stdout).toBe(
      "bob is publisher of acme.\n",
    );
    expect((await hub(["org", "members", "acme"])).stdout).toMatch(/^bob +publisher/m);
    expect((await hub(["org", "invite", "acme"])).stdout).toMatch(/^http:\/\/\S+\n$/);
    expect(await hub(["org", "remove", "acme", "bob"])).toMatchObject({ code: 0 });
    expect((await hub(["org", "members", "acme"])).stdout).not.toContain("bob");
    expect((await hub(["org", "leave", "acme"])).code).not.toBe(0);
    const source = ["--source", "registry.example/acme/shop"];
    const published = await hub(["publish", "acme/shop", ...source, "--private", "--json"]);
    expect(published).toMatchObject({ code: 0 });
    const repository = { apiVersion: API_VERSION, kind: "Repository", name: "acme.shop" };
    expect(await under.admin.get(repository)).toMatchObject({
      spec: { source: "registry.example/acme/shop", visibility: "private" },
    });
    expect((await hub(["publish", "acme/shop", ...source])).code).not.toBe(0);
    expect((await hub(["publish", "acme/shop:1", ...source])).code).toBe(2);
    expect((await hub(["publish", "stranger/shop", ...source])).code).not.toBe(0);
    expect(await hub(["unpublish", "acme/shop"])).toMatchObject({ code: 0 });
    expect(await under.admin.find(repository)).toBeUndefined();
    expect(await hub(["org", "delete", "acme"])).toMatchObject({ code: 0 });
  });

  test("keeps a registry's password where nobody reads it", async () => {
    await hub(["org", "create", "keeper"]);
    const args = ["org", "credentials", "keeper", "--registry", "registry.example", "-u", "bot"];
    const kept = await hub([...args, "--password-stdin"], { input: "pass-word-1\n" });
    expect(kept).toMatchObject({ code: 0 });
    expect(kept.stdout + kept.stderr).not.toContain("pass-word-1");
    const { items } = await under.admin.list({
      apiVersion: "v1",
      kind: "Secret",
      namespace: "sealos-registries",
    });
    expect(items).toHaveLength(1);
    expect(await hub(["org", "credentials", "keeper", "--forget"])).toMatchObject({ code: 0 });
    expect((await hub(["org", "credentials", "keeper"])).code).toBe(2);
    await hub(["org", "delete", "keeper"]);
  });
});

describe("an organization that signs its images", () => {
  test("keeps its keys by their fingerprints, and what it did not sign is in nobody's plan", {
    timeout: SLOW_MS,
  }, async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    // Whoever mistakes the private key for the public one gives away the public half alone.
    await writeFile(join(home, "signing.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
    const [key, org] = [join(home, "signing.pem"), "sealed"];
    await hub(["org", "create", org]);
    expect((await hub(["org", "require-signature", org, "on"])).stderr).toContain("has no public key yet");
    const added = await hub(["org", "keys", "add", org, key, "--json"]);
    const { fingerprint } = added.json<{ fingerprint: string }>();
    const reference = { apiVersion: API_VERSION, kind: "Organization", name: org };
    expect(await under.admin.get<Organization>(reference)).toMatchObject({
      spec: { publicKeys: [publicKey.export({ type: "spki", format: "pem" })] },
    });
    expect((await hub(["org", "keys", "list", org])).stdout).toMatch(
      new RegExp(`^${fingerprint} +ECDSA P-256$`, "m"),
    );
    expect(await hub(["org", "require-signature", org, "on"])).toMatchObject({ code: 0 });

    await under.publish("images/uptime-kuma", "sealed/kuma:1.0");
    const plan = () => hub(["run", "sealed/kuma:1.0", "--dry-run", "-n", "ns-alice"]);
    const refused = await plan();
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toMatch(/sealed\/kuma:1\.0 is not signed.*hub sign --key/);
    const pressed = await alice.fetch("/api/namespaces/ns-alice/installations", {
      method: "POST",
      json: { image: "sealed/kuma:1.0", inputs: {} },
    });
    expect(await pressed.json()).toMatchObject({ status: 422, code: "image-unsigned" });
    const signed = ["--layout", under.config.contentDir, "sealed/kuma:1.0"];
    expect(await hub(["sign", "--key", key, ...signed])).toMatchObject({ code: 0 });
    expect((await hub(["verify", "--key", key, "--json", ...signed])).json()).toMatchObject({
      verified: true,
      key: fingerprint,
    });
    expect(await plan()).toMatchObject({ code: 0 });
    await vi.waitFor(async () => {
      const page = await alice.fetch("/api/hub/repositories/sealed/kuma");
      expect(await page.json()).toMatchObject({
        card: { signedBy: fingerprint },
        tags: [{ signature: { state: "Signed", key: fingerprint } }],
      });
    }, 20_000);

    expect((await hub(["org", "keys", "remove", org, "sha256:none"])).code).toBe(3);
    expect((await hub(["org", "keys", "remove", org, fingerprint])).stderr).toContain("Without its last key");
    await hub(["org", "require-signature", org, "off"]);
    const beginning = fingerprint.slice(0, 20);
    expect(await hub(["org", "keys", "remove", org, beginning])).toMatchObject({ code: 0 });
    expect((await hub(["org", "keys", "list", org, "--json"])).stdout).not.toContain(fingerprint);
  });
});

describe("what a workspace costs", () => {
  const budget = { apiVersion: API_VERSION, kind: "Budget", namespace: "ns-alice", name: "default" };

  test(
    "is held to a budget that its owner sets, and nothing is started once that is spent",
    async () => {
      expect(await hub(["budget", "much"])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("is no amount"),
      });
      const set = await hub(["budget", "25", "--warn", "90", "--warn-only"]);
      expect(set).toMatchObject({ code: 0, stdout: expect.stringMatching(/default +25 +90 %/) });
      expect((await under.admin.get<Budget>(budget)).spec).toEqual({
        monthly: "25",
        warnAt: 90,
        stop: false,
      });
      const limit = await hub(["budget", "--warn", "5", "--limit"]);
      expect(limit).toMatchObject({ code: 2, stderr: expect.stringContaining("There is no budget yet") });
      await under.admin.patch(
        budget,
        { status: { phase: "Stopped" } },
        { type: "merge", subresource: "status" },
      );
      const run = ["run", "labring/open-webui:latest", "--name", "late", "--set", "api_key=secret"];
      const refused = await hub(run);
      expect(refused.stderr + refused.stdout).toContain("has spent its budget for this month");
      expect(await installationOf("late")).toBeUndefined();
      const inputs = { apiVersion: "v1", kind: "Secret", namespace: "ns-alice", name: "late-inputs" };
      expect(await under.admin.find(inputs)).toBeUndefined();
      expect(await hub(["budget", "--off"])).toMatchObject({ code: 0 });
      expect(await under.admin.find(budget)).toBeUndefined();
    },
    SLOW_MS,
  );

  test("is told for a month, line by line", async () => {
    const type = { apiVersion: API_VERSION, kind: "Usage" };
    const reference = { ...type, namespace: "ns-alice", name: "2026-01-05" };
    await under.admin.create<Usage>({
      ...type,
      metadata: { name: "2026-01-05", namespace: "ns-alice" },
      spec: {},
    } as Usage);
    const line = { meter: "cpu", unit: "core", per: "hour", amount: 2, price: "0.5", cost: 1_000_000 };
    const shop = {
      cpuSeconds: 7200,
      memoryByteSeconds: 0,
      storageByteSeconds: 0,
      charges: [line],
      cost: 1_000_000,
    };
    const status = { currency: "EUR", apps: { shop } };
    await under.admin.patch(reference, { status }, { type: "merge", subresource: "status" });
    const told = await hub(["statement", "2026-01"]);
    expect(told).toMatchObject({ code: 0, stderr: expect.stringContaining("Total: 1.000000 EUR") });
    expect(told.stdout).toMatch(/shop +cpu +2\.00 core-hours +0\.5 +1\.000000 EUR/);
    const csv = await hub(["statement", "2026-01", "--csv"]);
    expect(csv.stdout).toContain("2026-01,shop,cpu,core-hour,2,0.5,1.000000,EUR");
    expect(await hub(["statement", "January"])).toMatchObject({ code: 2 });
  });
});

describe("signing out", () => {
  test("ends the session and takes our contexts away, and nobody else's", async () => {
    const kept = JSON.parse(await readFile(join(home, ".config/sealos-hub/sessions.json"), "utf8"));
    const { token } = kept.hubs[under.config.url];
    expect((await hub(["logout"])).code).toBe(0);
    const asked = await fetch(`${under.config.url}/api/session`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(asked.status).toBe(401);
    const text = await readFile(kubeconfig, "utf8");
    expect(text).not.toContain("sealos-hub");
    expect(text).toContain("name: work # far away");
    expect((await hub(["search", "x"])).code).toBe(4);
  });
});

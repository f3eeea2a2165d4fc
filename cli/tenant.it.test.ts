import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { answer } from "@/app/api/answer.test-support.ts";
import { Browser, type HubUnderTest } from "@/lib/auth/testing/hub.ts";
import { ContentStore } from "@/lib/images/index.ts";
import { application, putImage } from "@/lib/manager/testing/cluster.ts";
import type { Budget } from "@/lib/model/budget.ts";
import type { KubernetesObject } from "@/lib/model/kubernetes.ts";
import { API_VERSION, type Installation } from "@/lib/model/resources.ts";
import { type Desk, openDesk } from "./testing/desk.ts";

const SLOW_MS = 180_000;
let desk: Desk;
let under: HubUnderTest;
let home: string;
let kubeconfig: string;
let alice: Browser;

beforeAll(async () => {
  desk = await openDesk({
    "labring/postgres:latest": "providers/postgres",
    "labring/uptime-kuma:latest": "images/uptime-kuma",
    "labring/open-webui:latest": "images/open-webui",
  });
  ({ under, home, kubeconfig, alice } = desk);
}, SLOW_MS);

afterAll(() => desk?.close());

const hub: Desk["hub"] = (args, options) => desk.hub(args, options);

describe("signing in", () => {
  test("adds contexts to the kubeconfig, for its owner alone, and touches nobody else's", async () => {
    const done = await desk.login();
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
      const listed = await vi.waitFor(async () => {
        const told = await hub(["rollback", "open-webui", "-l"]);
        expect(told.stdout).toMatch(
          /^REVISION .*\n\d+ \* +labring\/open-webui:latest .*api_url=http:\/\/second/,
        );
        return told;
      }, 60_000);
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
      await vi.waitFor(async () => expect(await available()).toBe("3.0.0"), 20_000);
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
      expect(listed.stdout).toMatch(/^start .* pgsql is not stopped\.$/m);
      expect(listed.stdout).not.toMatch(/^stop .*pgsql/m);
      const env = "--env=http://pgsql.ns-alice.cluster.local";
      const told = await hub(["actions", "scale", "pgsql", env, "--instances=2", "--dry-run"]);
      expect(told.stdout).toMatch(/^postgresql\/pgsql +0\.1 → 0\.2 +100 MiB → 200 MiB +1 GiB → 2 GiB/m);
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

  test(
    "shows how it is, when it is backed up, and how the backups went",
    async () => {
      const spec = "enableLogicalBackup: true, logicalBackupSchedule: 30 2 * * *";
      await writeFile(
        file(),
        database.replace("name: pgsql", "name: shown").replace("teamId", `${spec}, teamId`),
      );
      expect(await hub(["run", "labring/postgres:latest", "--wait"])).toMatchObject({ code: 0 });
      expect((await hub(["apply", "-f", "pgsql.yaml"])).code).toBe(0);
      await vi.waitFor(
        async () => {
          const { stdout } = await hub(["show", "postgresql/shown"]);
          expect(stdout).toMatch(/^postgresql\/shown: Running, 1 of 1 ready\n {2}Version: 16\n/);
          expect(stdout).toContain("\nLists: pods, backups\n");
        },
        { timeout: SLOW_MS / 2, interval: 500 },
      );
      const pods = await hub(["show", "shown", "pods", "--json"]);
      expect(pods.json()).toMatchObject([{ name: "shown-0", phase: "Running", ready: 1 }]);
      const none = await hub(["show", "shown", "backups"]);
      expect(none).toMatchObject({ code: 0, stdout: expect.stringMatching(/^NAME +PHASE +STARTED.*\n$/) });
      expect(none.stderr).toMatch(/^Schedule: 30 2 \* \* \*, next \d{4}-\d\d-\d\dT02:30:00/);
      // The cluster's nodes run nothing, so that the backup fails.
      await hub(["actions", "backup", "shown", "--wait"]);
      const { stdout } = await hub(["show", "shown", "backups"], { env: { LC_ALL: "zh_CN.UTF-8" } });
      expect(stdout).toMatch(/\nshown-backup-\d+ +Failed .* 手动 /);
      const other = await hub(["show", "shown", "machines"]);
      expect(other).toMatchObject({ code: 3, stdout: "" });
      expect(other.stderr).toContain("postgresql shown has no list machines; it has: pods, backups.");
      expect((await hub(["delete", "-f", "pgsql.yaml"])).code).toBe(0);
    },
    SLOW_MS,
  );

  test("of another namespace is not applied by mistake", async () => {
    await writeFile(file(), database.replace("name: pgsql", "name: pgsql, namespace: ns-bob"));
    const refused = await hub(["apply", "-f", "pgsql.yaml"]);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("ns-bob");
  });

  test(
    "is neither made nor started once the budget of the workspace is spent",
    async () => {
      await writeFile(file(), database);
      expect(await hub(["run", "labring/postgres:latest", "--wait"])).toMatchObject({ code: 0 });
      const type = { apiVersion: API_VERSION, kind: "Budget" };
      const budget = { ...type, namespace: "ns-alice", name: "default" };
      await under.admin.create<Budget>({
        ...{ ...type, metadata: { name: "default", namespace: "ns-alice" } },
        spec: { monthly: "5" },
      } as Budget);
      const asStatus = { type: "merge", subresource: "status" } as const;
      await under.admin.patch(budget, { status: { phase: "Stopped" } }, asStatus);
      const spent = "has spent its budget for this month";
      expect((await hub(["apply", "-f", "pgsql.yaml"])).stderr).toContain(spent);
      await under.admin.create({
        ...{ apiVersion: "acid.zalan.do/v1", kind: "postgresql" },
        metadata: { name: "kept", namespace: "ns-alice" },
        spec: {
          teamId: "acid",
          numberOfInstances: 0,
          volume: { size: "1Gi" },
          postgresql: { version: "16" },
        },
      });
      expect((await hub(["actions", "start", "postgresql/kept"])).stderr).toContain(spent);
      expect((await hub(["budget", "--off"])).code).toBe(0);
      expect((await hub(["apply", "-f", "pgsql.yaml"])).code).toBe(0);
      await under.admin.delete({
        ...{ apiVersion: "acid.zalan.do/v1", kind: "postgresql" },
        ...{ namespace: "ns-alice", name: "kept" },
      });
      expect((await hub(["delete", "-f", "pgsql.yaml"])).code).toBe(0);
    },
    SLOW_MS,
  );
});

describe("the quota", () => {
  test("is told with what is used and left, and a request for more is worded", async () => {
    const limit = ({ stdout }: { stdout: string }) =>
      /^requests\.cpu +\S+ cores? +(.+?) cores +/m.exec(stdout)?.[1];
    const told = await hub(["quota"]);
    expect(told).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^RESOURCE +USED +LIMIT +LEFT +SHARE\n/),
    });
    const hard = Number(limit(told));
    const lines = (await hub(["quota", "--json"])).json<{ resource: string; hard: number; left: number }[]>();
    expect(lines).toContainEqual(expect.objectContaining({ resource: "requests.cpu", unit: "cores", hard }));
    const worded = await hub(["quota", "--request", `requests.cpu=${hard + 8}`]);
    expect(worded.stdout).toMatch(
      new RegExp(
        `^Please raise the quota of the workspace ns-alice: requests.cpu from ${hard} cores to ${hard + 8} cores \\(`,
      ),
    );
    expect(limit(await hub(["quota"]))).toBe(String(hard));
    for (const [request, sentence] of [
      [`requests.cpu=${hard}`, `ns-alice may take ${hard} cores of requests.cpu already.`],
      ["requests.gpu=1", "Nothing limits requests.gpu in ns-alice; limited are: "],
      ["requests.cpu", "requests.cpu is no request: write RESOURCE=AMOUNT"],
    ] as const) {
      const refused = await hub(["quota", "--request", request]);
      expect(refused).toMatchObject({ code: 2, stdout: "" });
      expect(refused.stderr).toContain(sentence);
    }
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

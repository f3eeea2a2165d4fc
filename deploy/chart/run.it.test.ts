import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Browser, StreamReader } from "../../lib/auth/testing/hub.ts";
import { buildContent } from "../../lib/images/index.ts";
import { writeAccountKubeconfig } from "../../scripts/start/bootstrap.ts";
import { buildWeb } from "../../scripts/start/build.ts";
import { type Issuer, startIssuer } from "./testing/issuer.ts";
import { eventually, type RunningContainer, runContainer, samples } from "./testing/processes.ts";
import { chart, type Manifest, NAMESPACE, openWorkbench, type Workbench } from "./testing/tools.ts";

/** Where people would find the console; a load balancer would lead from here to either web server. */
const CONSOLE = "http://console.test";
const root = join(chart, "..", "..");

let bench: Workbench;
let directory: string;
let issuer: Issuer;
let deployments: Manifest[];
const managers: RunningContainer[] = [];
const webs: RunningContainer[] = [];

async function run(name: "hub-web" | "hub-manager", podName: string): Promise<RunningContainer> {
  const deployment = deployments.find(({ metadata }) => metadata.name === name);
  if (!deployment) throw new Error(`${name} was not rendered`);
  const { serviceAccountName } = (deployment.spec as { template: { spec: { serviceAccountName: string } } })
    .template.spec;
  const kubeconfig = join(directory, podName);
  await writeAccountKubeconfig(bench.cluster, serviceAccountName, kubeconfig, {
    namespace: NAMESPACE,
    like: bench.kubeconfig,
  });
  const contentDir = join(directory, "content");
  return runContainer(deployment, { cluster: bench.cluster, kubeconfig, contentDir, podName });
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "hub-run-"));
  await buildWeb((line) => process.stdout.write(`${line}\n`));
  await buildContent(join(directory, "content"), [join(root, "images")]);
  bench = await openWorkbench({ nodes: "fake" });
  const client = { id: "console", secret: "for-tests-only", redirect: `${CONSOLE}/api/auth/callback/oidc` };
  issuer = await startIssuer(client);
  await bench.makeNamespace();
  await bench.cluster.create({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "console-oidc", namespace: NAMESPACE },
    stringData: { clientSecret: client.secret },
  } as never);
  const { text, objects } = await bench.template([
    "--set",
    `url=${CONSOLE},apps.domain=apps.test,apps.scheme=http,manager.leaseSeconds=5`,
    "--set",
    `signIn.oidc.issuer=${issuer.url},signIn.oidc.clientId=console,signIn.oidc.existingSecret=console-oidc`,
  ]);
  await bench.apply(text);
  deployments = objects.filter(({ kind }) => kind === "Deployment");
  for (const number of [1, 2]) {
    managers.push(await run("hub-manager", `hub-manager-${number}`));
    webs.push(await run("hub-web", `hub-web-${number}`));
  }
}, 400_000);
afterAll(async () => {
  for (const { child } of [...managers, ...webs]) child.kill("SIGKILL");
  issuer?.stop();
  await bench?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** A browser whose requests go to one of the two web servers, as a load balancer would lead them. */
function tabAt(pick: () => RunningContainer | undefined): Browser {
  return new Browser(CONSOLE, async (request) => {
    const { pathname, search } = new URL(request.url);
    const body = request.body === null ? undefined : await request.text();
    const headers = new Headers(request.headers);
    headers.set("x-forwarded-host", "console.test");
    const target = `${pick()?.address.http}${pathname}${search}`;
    return fetch(target, {
      method: request.method,
      headers,
      body,
      redirect: "manual",
      signal: request.signal,
    });
  });
}

const json = async (answer: Response) => {
  const body: unknown = await answer.json();
  if (!answer.ok) throw new Error(JSON.stringify(body));
  return body;
};

const leading = async () => {
  const told = await Promise.all(managers.map(({ address }) => samples(address.metrics ?? "")));
  return told.map((metrics) => metrics.get("hub_manager_leading"));
};

test("the rendered pods run on nodes, in a namespace that enforces the restricted level", async () => {
  for (const name of ["hub-web", "hub-manager"])
    await bench.kubectl(
      "-n",
      NAMESPACE,
      "wait",
      "--for=condition=Available",
      `deployment/${name}`,
      "--timeout=60s",
    );
});

test("all four processes pass their probes; both managers are ready, one leads", async () => {
  for (const container of [...managers, ...webs])
    for (const kind of ["startupProbe", "livenessProbe", "readinessProbe"] as const)
      await eventually(`${container.name} ${kind}`, async () => {
        if (container.child.exitCode !== null) throw new Error(container.tail());
        return (await container.probe(kind)) === 200;
      });
  await eventually(
    "one leads",
    async () => (await leading()).reduce((sum = 0, each = 0) => sum + each) === 1,
  );
  expect((await leading()).sort()).toEqual([0, 1]);
});

test("somebody signs in at one replica, installs at the other, and the app runs", async () => {
  let turn = 0;
  const tab = tabAt(() => webs[turn++ % 2]);
  await issuer.signIn(tab, CONSOLE, "heidi");
  const session = (await json(await tab.fetch("/api/session"))) as {
    user: { uid: string };
    workspaces: { namespace: string }[];
  };
  const [workspace] = await eventually("a workspace", async () => {
    const now = (await json(await tab.fetch("/api/session"))) as typeof session;
    return now.workspaces.length > 0 && now.workspaces;
  });
  const namespace = workspace?.namespace ?? "";
  const found = await eventually("the catalogue", async () => {
    const { items } = (await json(await tab.fetch("/api/hub/repositories?q=uptime-kuma"))) as {
      items: { org: string; repo: string; latestTag: string }[];
    };
    return items[0];
  });
  const image = `${found.org}/${found.repo}:${found.latestTag}`;
  const installation = await eventually("the installation is accepted", async () => {
    const answer = await tab.fetch(`/api/namespaces/${namespace}/installations`, {
      method: "POST",
      json: { image, inputs: {} },
    });
    // Until the catalogue knows the tags, and the cluster has counted what a new workspace's quota bounds.
    if (answer.status === 404 || answer.status === 429) return undefined;
    return (await json(answer)) as { metadata: { name: string } };
  });
  const { name } = installation.metadata;
  await bench.kubectl(
    "-n",
    namespace,
    "wait",
    "--for=jsonpath={.status.phase}=Running",
    `installation/${name}`,
    "--timeout=90s",
  );
  await bench.kubectl("-n", namespace, "get", `apps.app.sealos.io/${name}`);
});

test("numbers are told apart from the pages", async () => {
  const [web] = webs;
  expect((await fetch(`${web?.address.http}/metrics`)).status).toBe(404);
  const told = await samples(web?.address.metrics ?? "");
  expect(told.get("hub_api_reachable")).toBe(1);
  const answered = [...told.keys()].filter((key) =>
    key.startsWith("hub_http_request_duration_seconds_count"),
  );
  expect(answered.length).toBeGreaterThan(0);
});

test("a web server that is stopped lets its streams go and ends; the other goes on", async () => {
  const [first, second] = webs;
  const tab = tabAt(() => first);
  await issuer.signIn(tab, CONSOLE, "heidi");
  const session = (await json(await tab.fetch("/api/session"))) as { workspaces: { namespace: string }[] };
  const namespace = session.workspaces[0]?.namespace;
  const stream = await tab.fetch(`/api/stream?namespace=${namespace}&topic=installations`);
  const reader = new StreamReader<{ type: string }>(stream);
  await reader.find(({ type }) => type === "ready");
  first?.child.kill("SIGTERM");
  await reader.closed;
  await first?.exited;
  expect(await second?.probe("readinessProbe")).toBe(200);
});

test("a manager that is stopped hands over", async () => {
  const index = (await leading()).indexOf(1);
  const [leader] = managers.splice(index, 1);
  leader?.child.kill("SIGTERM");
  expect(await leader?.exited).toBe(0);
  await eventually("the other leads", async () => (await leading())[0] === 1);
});

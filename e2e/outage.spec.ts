import type { Page } from "@playwright/test";
import { API_VERSION, type Installation } from "../lib/model/resources.ts";
import { expectProblem, send } from "./behind.ts";
import { expect, type RunningHub, test } from "./hub.ts";

const NAMESPACE = "ns-alice";
const INSTALLATIONS = `/api/namespaces/${NAMESPACE}/installations`;
const TYPE = { apiVersion: API_VERSION, kind: "Installation" };

/** Makes an Installation as kubectl would, behind the page's back. */
async function installBehind({ cluster }: RunningHub, name: string): Promise<void> {
  await cluster.create<Installation>({
    ...TYPE,
    kind: "Installation",
    metadata: { name, namespace: NAMESPACE },
    spec: { image: "labring/asks:0.0.0", inputs: { colour: "red" } },
  });
}

async function remove({ cluster }: RunningHub, name: string): Promise<void> {
  const ref = { ...TYPE, name, namespace: NAMESPACE };
  if (await cluster.find(ref)) await cluster.delete(ref);
  await expect.poll(() => cluster.find(ref)).toBeUndefined();
}

/** A number that changes when the page is loaded again. */
const born = (page: Page) => page.evaluate(() => performance.timeOrigin);

/** The page shows, without having been loaded again, what happens in the cluster from now on. */
async function expectLive(page: Page, hub: RunningHub, since: number, name: string): Promise<void> {
  await installBehind(hub, name);
  try {
    await expect(page.getByRole("heading", { name: "Asks for inputs" })).toBeVisible();
    expect(await born(page)).toBe(since);
  } finally {
    await remove(hub, name);
  }
  await expect(page.getByText(`${name} is not installed here`)).toBeVisible();
}

test("says when the API server is gone, answers with a problem, and goes on by itself when it is back", async ({
  hub,
  person,
}) => {
  const page = await person("alice");
  await page.goto(`${hub.url}/installations/after-outage`);
  await expect(page.getByText("after-outage is not installed here")).toBeVisible();
  const since = await born(page);

  const outage = await hub.outage();
  const banner = page.getByRole("alert").filter({ hasText: "The cluster does not answer." });
  await expect(banner).toContainText("Your apps keep running; what you see may be old.");
  for (const [method, path, body] of [
    ["POST", INSTALLATIONS, { image: "labring/asks", inputs: { colour: "red" } }],
    ["POST", `/api/namespaces/${NAMESPACE}/plan`, { image: "labring/asks", inputs: { colour: "red" } }],
    ["GET", `${INSTALLATIONS}/anything/objects`],
  ] as const) {
    const answer = await send(page, hub, method, path, body, { "accept-language": "zh" });
    const problem = await expectProblem(answer, 503, "cluster-unreachable");
    expect(problem.title).toBe("集群没有响应");
  }
  expect((await page.request.get(`${hub.url}/healthz`)).status()).toBe(200);

  await outage.end();
  await expect(banner).toBeHidden();
  await expectLive(page, hub, since, "after-outage");
});

test("says when the API server hangs, and goes on by itself when it answers again", async ({
  hub,
  person,
}) => {
  const page = await person("alice");
  await page.goto(`${hub.url}/installations/after-hanging`);
  await expect(page.getByText("after-hanging is not installed here")).toBeVisible();
  const since = await born(page);
  const banner = page.getByRole("alert").filter({ hasText: "The cluster does not answer." });
  const hanging = hub.hang();
  try {
    await expect(banner).toBeVisible();
  } finally {
    hanging.end();
  }
  await expect(banner).toBeHidden();
  await expectLive(page, hub, since, "after-hanging");
});

test("says when the console is gone, and goes on by itself when it is back", async ({ hub, person }) => {
  const page = await person("alice");
  await page.goto(`${hub.url}/installations/after-break`);
  await expect(page.getByText("after-break is not installed here")).toBeVisible();
  const since = await born(page);

  await hub.processes.web?.stop();
  const banner = page.getByRole("alert").filter({ hasText: "The connection to the console is lost." });
  await expect(banner).toContainText("What you see may be old. We keep trying.");
  await expect(banner.getByRole("button", { name: "Try now" })).toBeVisible();

  await hub.restart("web");
  await expect(banner).toBeHidden();
  await expectLive(page, hub, since, "after-break");
});

test("keeps an open page alive when the web server is killed", async ({ hub, person }) => {
  const page = await person("alice");
  await page.goto(`${hub.url}/installations/after-kill`);
  await expect(page.getByText("after-kill is not installed here")).toBeVisible();
  const since = await born(page);
  const before = hub.processes.web?.pid;
  hub.processes.web?.kill("SIGKILL");
  await expect.poll(() => hub.processes.web?.pid).not.toBe(before);
  await expectLive(page, hub, since, "after-kill");
});

test("finishes an install whose manager is killed in the middle of it", async ({ hub, person }) => {
  const page = await person("alice");
  const name = "wordpress";
  await page.goto(`${hub.url}/hub/labring/${name}`);
  await page.getByRole("main").getByRole("button", { name: "Install WordPress" }).first().click();
  const dialog = page.getByRole("dialog");
  const install = dialog.getByRole("button", { name: "Install WordPress" });
  await expect(install).toBeEnabled();

  const { resourceVersion } = await hub.cluster.list({ ...TYPE, namespace: NAMESPACE });
  const watching = new AbortController();
  /** Kills the manager the moment it has recorded what it is going to make. */
  const killed = (async () => {
    const events = hub.cluster.watch<Installation>(
      { ...TYPE, namespace: NAMESPACE, resourceVersion },
      watching.signal,
    );
    for await (const { object } of events) {
      if ((object as Installation).metadata.name !== name) continue;
      const { inventory = [], phase } = (object as Installation).status ?? {};
      if (inventory.length === 0) continue;
      hub.processes.manager?.kill("SIGKILL");
      return phase;
    }
    return undefined;
  })();
  await install.click();
  expect(await killed).not.toBe("Running");
  watching.abort();

  try {
    await expect(dialog.getByText("WordPress is ready and on your desktop.")).toBeVisible({
      timeout: 50_000,
    });
    const { status } = await hub.cluster.get<Installation>({ ...TYPE, namespace: NAMESPACE, name });
    expect(status?.phase).toBe("Running");
    for (const reference of status?.inventory ?? [])
      expect(await hub.cluster.find({ namespace: NAMESPACE, ...reference }), reference.name).toBeDefined();
  } finally {
    await remove(hub, name);
  }
});

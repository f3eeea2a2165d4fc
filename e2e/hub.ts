import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  expect,
  type Page,
} from "@playwright/test";
import { Cluster, refOf } from "../lib/cluster/index.ts";
import { ContentStore } from "../lib/images/index.ts";
import { root } from "../scripts/runtime.mjs";
import { type Hub, type HubOptions, startHub } from "../scripts/start/hub.ts";
import { freePort } from "../tools/cluster/ports.ts";
import { clusterKind } from "../tools/testing/kind.ts";

export interface RunningHub extends Hub {
  /** With an administrator's rights, to look behind the pages. */
  cluster: Cluster;
}

/** One whose cluster the tests may disturb. */
export interface FreshHub extends RunningHub {
  /** The Hub's own images, for publishing more. */
  content: ContentStore;
  /** Takes the API server away, as a crash would, until `end`. */
  outage(): Promise<{ end(): Promise<void> }>;
  /** Lets the API server hang: it takes connections and answers nothing, until `end`. */
  hang(): { end(): void };
}

export type Account = "alice" | "bob" | "admin";

/** Starts a hub on a fresh cluster, by default the sandbox (see tools/testing); `stop` removes its state. */
export async function freshHub(
  env: Record<string, string> = {},
  speed = 20,
  moreImages = [join(root, "e2e", "images")],
): Promise<FreshHub> {
  const stateDir = mkdtempSync(join(tmpdir(), "hub-e2e-"));
  const options = {
    // Servers are ended and started again at these ports: nobody may take them meanwhile.
    port: await freePort(),
    host: "127.0.0.1",
    stateDir,
    dev: false,
    speed,
    moreImages,
    say: () => undefined,
    onFailure: (sentence: string) => void process.stderr.write(`${sentence}\n`),
    // What is used shows at once.
    env: { METERING_SECONDS: "2", ...env },
  };
  const { cluster, ...hub } = await (clusterKind() === "sandbox" ? onSandbox(options) : onOther(options));
  return {
    ...hub,
    cluster: cluster ?? Cluster.fromKubeconfig(hub.kubeconfig),
    content: new ContentStore(join(stateDir, "content")),
    async stop() {
      await hub.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

type Started = Omit<FreshHub, "cluster" | "content"> & { cluster?: Cluster };

/** As `npm start` does. */
async function onSandbox(options: HubOptions): Promise<Started> {
  // A port of its own for the sandbox too: several hubs start at the same time.
  writeFileSync(join(options.stateDir, "port"), String(await freePort()));
  const hub = await startHub(options);
  return {
    ...hub,
    async outage() {
      await hub.processes.sandbox?.stop();
      return { end: () => hub.restart("sandbox") };
    },
    hang() {
      hub.processes.sandbox?.kill("SIGSTOP");
      return { end: () => hub.processes.sandbox?.kill("SIGCONT") };
    },
  };
}

/** On another cluster an administrator prepares it, and every process has its own account and rights as on the sandbox. */
async function onOther(options: HubOptions): Promise<Started> {
  const { startTestCluster } = await import("../tools/testing/index.ts");
  const under = await startTestCluster({ speed: options.speed, durable: true });
  try {
    const hub = await startHub({
      ...options,
      kubeconfig: under.kubeconfig,
      prepare: true,
      env: {
        HUB_DEMO: "1",
        REGISTRY_ALLOW: "localhost,127.0.0.1",
        CLOUD_DOMAIN: "apps.localhost",
        CLOUD_PORT: String(under.appsPort),
        CLOUD_SCHEME: "http",
        ...options.env,
      },
    });
    return {
      ...hub,
      cluster: under.admin,
      outage: under.outage,
      hang: under.hang,
      async stop() {
        await hub.stop();
        await under.stop();
      },
    };
  } catch (error) {
    await under.stop();
    throw error;
  }
}

/** Signs in by the demo account's button and waits for the desktop, in either language. */
export async function signIn(page: Page, hub: RunningHub, account: Account): Promise<void> {
  await page.goto(`${hub.url}/signin`);
  await page.getByRole("button", { name: new RegExp(account, "i") }).click();
  await expect(page.getByRole("list", { name: /^(Apps on the desktop|桌面上的应用)$/ })).toBeVisible();
}

/** Takes away the windows and places that an earlier test left on the desktops. */
async function clearDesktops({ cluster }: RunningHub): Promise<void> {
  const { items } = await cluster.list({ apiVersion: "hub.sealos.io/v1alpha1", kind: "Desktop" });
  for (const item of items) await cluster.delete(refOf(item));
}

interface Fixtures {
  hub: FreshHub;
}

interface TestFixtures {
  /** A page of a browser of its own, English, that fails the test on an uncaught error in the page. */
  person: (account: Account, options?: BrowserContextOptions & { on?: RunningHub }) => Promise<Page>;
  clearedDesktops: undefined;
}

export const test = base.extend<TestFixtures, Fixtures>({
  hub: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads fixture names from this pattern.
    async ({}, use) => {
      const hub = await freshHub();
      await use(hub);
      await hub.stop();
    },
    { scope: "worker", timeout: 240_000 },
  ],
  person: async ({ browser, hub }, use) => {
    const contexts: BrowserContext[] = [];
    const errors: string[] = [];
    await use(async (account, { on = hub, ...options } = {}) => {
      const context = await browser.newContext({
        locale: "en-US",
        viewport: { width: 1440, height: 900 },
        ...options,
      });
      contexts.push(context);
      const page = await context.newPage();
      page.on("pageerror", (error) => errors.push(error.message));
      await signIn(page, on, account);
      return page;
    });
    for (const context of contexts) await context.close();
    expect(errors).toEqual([]);
  },
  clearedDesktops: [
    async ({ hub }, use) => {
      await clearDesktops(hub);
      await use(undefined);
    },
    { auto: true },
  ],
});

export { expect };

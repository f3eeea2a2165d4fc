// Takes the pictures of the README and of docs/ from a running sandbox, so that they are never stale:
// node scripts/pictures.ts, or only a part of them: node scripts/pictures.ts readme | second-day | administration | usage | actions
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "@playwright/test";
import { freshHub, type RunningHub, signIn } from "../e2e/hub.ts";
import { actionsPictures } from "./pictures/actions.ts";
import { administrationPictures } from "./pictures/administration.ts";
import { secondDayPictures } from "./pictures/second-day.ts";
import { usagePictures } from "./pictures/usage.ts";
import { root } from "./runtime.mjs";
import { buildWeb } from "./start/build.ts";

const folder = join(root, "docs", "pictures");
const NAMESPACE = "ns-alice";
const HUB = "hub.sealos.io/v1alpha1";

const WINDOWS = [
  {
    app: "system-hub",
    state: "normal",
    bounds: { x: 150, y: 20, width: 860, height: 560 },
    z: 1,
    path: "/hub",
  },
  {
    app: "gitea",
    state: "normal",
    bounds: { x: 820, y: 60, width: 560, height: 420 },
    z: 2,
    path: "/apps/gitea",
  },
  {
    app: "postgres",
    state: "normal",
    bounds: { x: 430, y: 170, width: 880, height: 580 },
    z: 3,
    path: "/providers/labring.postgres",
  },
];

/** What Alice has installed before the first picture is taken. */
async function furnish(hub: RunningHub): Promise<void> {
  const { cluster } = hub;
  for (const [name, image] of [
    ["postgres", "labring/postgres:latest"],
    ["affine", "labring/affine:latest"],
    ["kubernetes-dashboard", "labring/kubernetes-dashboard:latest"],
    ["gitea", "labring/gitea:latest"],
    ["uptime-kuma", "labring/uptime-kuma:latest"],
  ] as const)
    await cluster.create({
      apiVersion: HUB,
      kind: "Installation",
      metadata: { name, namespace: NAMESPACE },
      spec: { image },
    });
}

function database(name: string, numberOfInstances: number) {
  return {
    apiVersion: "acid.zalan.do/v1",
    kind: "postgresql",
    metadata: { name, namespace: NAMESPACE },
    spec: {
      teamId: "acid",
      numberOfInstances,
      postgresql: { version: "17" },
      volume: { size: "10Gi" },
      users: { shop: [], reader: [] },
      databases: { orders: "shop" },
    },
  };
}

const icons = (page: Page) => page.getByRole("list", { name: /Apps on the desktop|桌面/ });

/** Until fonts and icons are there; icons below the page's end come only when it is scrolled. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.waitForFunction(() =>
    [...document.images]
      .filter((image) => image.getBoundingClientRect().top < innerHeight)
      .every(({ complete, naturalWidth }) => complete && naturalWidth > 0),
  );
}

/** The pictures of the README. */
async function readmePictures(hub: RunningHub, browser: Browser): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en-US" });
  await signIn(page, hub, "alice");
  await furnish(hub);
  for (const title of ["PostgreSQL", "AFFiNE", "Gitea"]) await icons(page).getByText(title).waitFor();
  await page.goto(`${hub.url}/providers/labring.postgres`);
  await page
    .getByRole("button", { name: "Create" })
    .or(page.getByRole("link", { name: "Create" }))
    .first()
    .waitFor();
  await hub.cluster.discovery.refresh();
  await hub.cluster.create(database("shop", 3));
  await hub.cluster.create(database("reports", 1));
  await page.getByText("Running").nth(2).waitFor();

  const state = await page.context().storageState();
  for (const theme of ["light", "dark"] as const) {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: "en-US",
      colorScheme: theme,
      storageState: state,
    });
    const view = await context.newPage();
    const shoot = async (name: string) => {
      await drawn(view);
      await view.screenshot({ path: join(folder, `${name}-${theme}.png`), animations: "disabled" });
    };
    await view.goto(`${hub.url}/hub`);
    await view.getByRole("link", { name: "AFFiNE" }).first().waitFor();
    await view.getByRole("navigation", { name: "Filters" }).getByRole("link").first().waitFor();
    await shoot("hub");
    await view.goto(`${hub.url}/hub/labring/wordpress`);
    await view
      .getByRole("button", { name: /^Install/ })
      .first()
      .click();
    await view.getByRole("dialog").getByText("Quota of the workspace").waitFor();
    await shoot("plan");
    await view.goto(`${hub.url}/providers/labring.postgres/postgresqls/shop`);
    await view.getByText("shop-0", { exact: true }).first().waitFor();
    await shoot("instance");
    await hub.cluster.apply(
      {
        apiVersion: HUB,
        kind: "Desktop",
        metadata: { name: "default", namespace: NAMESPACE },
        spec: { windows: WINDOWS },
      },
      { fieldManager: "pictures", force: true },
    );
    await view.goto(hub.url);
    await view.getByText("reports", { exact: true }).first().waitFor();
    await view.getByRole("link", { name: "AFFiNE" }).first().waitFor();
    await shoot("desktop");
    await context.close();
  }
  const chinese = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: "zh-CN",
    storageState: { cookies: state.cookies.filter(({ name }) => name !== "locale"), origins: [] },
  });
  const view = await chinese.newPage();
  await view.goto(hub.url);
  await view.getByText("reports", { exact: true }).first().waitFor();
  await view.getByRole("link", { name: "AFFiNE" }).first().waitFor();
  await drawn(view);
  await view.screenshot({ path: join(folder, "desktop-zh.png"), animations: "disabled" });
}

const PARTS = {
  readme: readmePictures,
  "second-day": secondDayPictures,
  administration: administrationPictures,
  usage: usagePictures,
  actions: actionsPictures,
};

await buildWeb((line) => console.log(line));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
mkdirSync(folder, { recursive: true });
const wanted = process.argv[2];
try {
  for (const [part, take] of Object.entries(PARTS)) {
    if (wanted && wanted !== part) continue;
    // None shows what another has left behind.
    const hub = await freshHub({}, 20, []);
    try {
      await take(hub, browser, folder);
    } finally {
      await hub.stop();
    }
  }
} finally {
  await browser.close();
}

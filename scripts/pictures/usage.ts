import { join } from "node:path";
import type { Browser } from "@playwright/test";
import { type RunningHub, signIn } from "../../e2e/hub.ts";
import { API_VERSION, type Usage } from "../../lib/model/resources.ts";

const PRICES = { cpu: 0.02, memory: 0.004, storage: 0.0002 };
const APPS = [
  { app: "affine", cores: 1.5, memory: 4, storage: 20 },
  { app: "gitea", cores: 0.5, memory: 1, storage: 10 },
  { app: "postgresql/orders", cores: 1, memory: 2, storage: 30 },
];
const DAY_MS = 86_400_000;

/** A month of usage, a budget that is nearly spent, and prices. */
async function furnish({ cluster }: RunningHub): Promise<void> {
  for (const name of ["affine", "gitea"])
    await cluster.apply(
      {
        apiVersion: API_VERSION,
        kind: "Installation",
        metadata: { name, namespace: "ns-alice" },
        spec: { image: `labring/${name}:latest` },
      },
      { fieldManager: "pictures", force: true },
    );
  const today = Math.floor(Date.now() / DAY_MS);
  for (let back = 0; back < 40; back++) {
    const name = new Date((today - back) * DAY_MS).toISOString().slice(0, 10);
    const reference = { apiVersion: API_VERSION, kind: "Usage", namespace: "ns-alice" };
    await cluster.apply(
      { apiVersion: API_VERSION, kind: "Usage", metadata: { name, namespace: "ns-alice" }, spec: {} },
      { fieldManager: "pictures", force: true },
    );
    const apps = Object.fromEntries(
      APPS.map(({ app, cores, memory, storage }) => [
        app,
        used(cores * (1 + (back % 5) / 10), memory, storage),
      ]),
    );
    await cluster.patch<Usage>(
      { ...reference, name },
      { status: { currency: "EUR", apps } },
      { type: "merge", subresource: "status" },
    );
  }
}

function used(cores: number, memory: number, storage: number) {
  const line = (meter: "cpu" | "memory" | "storage", unit: string, held: number) => {
    const amount = held * 24;
    const cost = Math.round(amount * PRICES[meter] * 1e6);
    return { meter, unit, per: "hour", amount, price: String(PRICES[meter]), cost };
  };
  const charges = [
    line("cpu", "core", cores),
    line("memory", "GiB", memory),
    line("storage", "GiB", storage),
  ];
  return {
    cpuSeconds: cores * 86_400,
    memoryByteSeconds: memory * 2 ** 30 * 86_400,
    storageByteSeconds: storage * 2 ** 30 * 86_400,
    charges,
    cost: charges.reduce((sum, { cost }) => sum + cost, 0),
  };
}

/** Usage with its budget, a spent budget on the desktop, and a statement. */
export async function usagePictures(hub: RunningHub, browser: Browser, folder: string): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  const page = await context.newPage();
  await signIn(page, hub, "alice");
  await furnish(hub);
  const data = { "prices.yaml": `currency: EUR\nprices: ${JSON.stringify(PRICES)}\n` };
  await hub.cluster.apply(
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "hub-prices", namespace: "sealos-system" },
      data,
    },
    { fieldManager: "pictures", force: true },
  );
  const budget = async (monthly: string) =>
    hub.cluster.apply(
      {
        apiVersion: API_VERSION,
        kind: "Budget",
        metadata: { name: "default", namespace: "ns-alice" },
        spec: { monthly, warnAt: 80 },
      },
      { fieldManager: "pictures", force: true },
    );
  await budget("100");
  await page.goto(`${hub.url}/usage`);
  await page.getByText(/of €100.00 spent/).waitFor({ timeout: 120_000 });
  await page.screenshot({ path: join(folder, "usage.png") });
  await page.goto(`${hub.url}/usage?month=1&view=statement`);
  await page.getByRole("heading", { name: /^Statement for/ }).waitFor();
  await page.screenshot({ path: join(folder, "statement.png") });
  await budget("20");
  await page.goto(hub.url);
  await page.getByText(/is spent, so apps and databases are stopped/).waitFor({ timeout: 120_000 });
  await page.screenshot({ path: join(folder, "budget.png") });
  await context.close();
}

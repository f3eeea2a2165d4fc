import type { KubernetesObject } from "../lib/model/kubernetes.ts";
import { API_VERSION, type Installation, METERING, PRICES, type Usage } from "../lib/model/resources.ts";
import { expect, type RunningHub, test } from "./hub.ts";
import { aliceIsKnown, appWindow, emptied, installed, openApp, without } from "./steps.ts";

test.beforeEach(async ({ hub, person }) => {
  await aliceIsKnown(hub, person);
  await emptied(hub, "ns-alice");
  await installed(hub, "ns-alice", "uptime-kuma", "labring/uptime-kuma:latest");
});

test("what the workspace used is in a window by app and day, in words of both languages, and leaves as a table", async ({
  person,
}) => {
  const page = await person("alice");
  await page.getByRole("button", { name: /^Account: / }).click();
  await page.getByRole("menuitem", { name: "Usage and cost" }).click();
  const window = appWindow(page, "Usage and cost");
  await expect(window.getByRole("heading", { level: 1, name: "Usage and cost" })).toBeVisible();
  await expect(async () => {
    await page.reload();
    await expect(window.getByRole("link", { name: "Uptime Kuma" })).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 60_000 });
  await expect(
    window.getByText(/^(CPU requested in the month; this cluster has no prices|Cost of the month)/),
  ).toBeVisible();
  const download = page.waitForEvent("download");
  await window.getByRole("link", { name: "Export CSV" }).click();
  expect((await download).suggestedFilename()).toMatch(/^usage-ns-alice-.*\.csv$/);
  await window.getByRole("button", { name: "Earlier month" }).click();
  await expect(window.getByText(/^Nothing is counted for /)).toBeVisible();
});

type ConfigMap = KubernetesObject & { data?: Record<string, string> };

async function price(hub: RunningHub, cpu: number): Promise<void> {
  const metadata = { name: PRICES, namespace: "sealos-system" };
  const data = { "prices.yaml": `currency: EUR\nprices: { cpu: ${cpu} }` };
  await hub.cluster.apply(
    { apiVersion: "v1", kind: "ConfigMap", metadata, data },
    { fieldManager: "e2e", force: true },
  );
}

test("a workspace that has spent its budget is stopped, an administrator lifts that, and the month is told line by line", async ({
  hub,
  person,
}) => {
  const where = { apiVersion: API_VERSION, namespace: "ns-bob" };
  const phase = async () =>
    (await hub.cluster.get<Installation>({ ...where, kind: "Installation", name: "uptime-kuma" })).status
      ?.phase;
  const bob = await person("bob");
  await installed(hub, "ns-bob", "uptime-kuma", "labring/uptime-kuma:latest");
  await installed(hub, "ns-bob", "postgres", "labring/postgres:latest");
  const postgresql = { apiVersion: "acid.zalan.do/v1", kind: "postgresql" };
  await hub.cluster.create({
    ...{ ...postgresql, metadata: { name: "acid-shop", namespace: "ns-bob" } },
    spec: { teamId: "acid", volume: { size: "1Gi" }, numberOfInstances: 1, postgresql: { version: "17" } },
  });
  try {
    await price(hub, 100_000);
    await bob.getByRole("button", { name: /^Account: / }).click();
    await bob.getByRole("menuitem", { name: "Usage and cost" }).click();
    const window = appWindow(bob, "Usage and cost");
    await window.getByRole("button", { name: "Set a budget" }).click();
    const dialog = bob.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "A month" }).fill("a lot");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog.getByText('"a lot" is no amount.', { exact: false })).toBeVisible();
    await dialog.getByRole("textbox", { name: "A month" }).fill("5");
    await dialog.getByRole("button", { name: "Save" }).click();
    const notice = bob.getByRole("region", { name: "Budget of the month" });
    await expect(notice.getByText(/is spent, so apps and databases are stopped/)).toBeVisible({
      timeout: 60_000,
    });
    await expect.poll(phase).toBe("Suspended");
    const databases = await openApp(bob, "PostgreSQL");
    const row = databases.getByRole("row", { name: /acid-shop/ });
    await expect(row.getByText("budget spent")).toBeVisible();
    await row.getByRole("link", { name: "acid-shop" }).click();
    await expect(databases.getByText(/^acid-shop is stopped, since the workspace has spent/)).toBeVisible();

    const admin = await person("admin");
    await admin.goto(`${hub.url}/administration`);
    await admin.getByRole("button", { name: "Change the budget of Bob" }).click();
    await admin
      .getByRole("dialog")
      .getByRole("button", { name: "Lift the stop until the month ends" })
      .click();
    await expect.poll(phase).toBe("Running");
    await expect(databases.getByText("Running", { exact: true }).first()).toBeVisible();
    await databases.getByRole("button", { name: "Close", exact: true }).click();

    await price(hub, 0);
    const inForce = { apiVersion: "v1", kind: "ConfigMap", namespace: "sealos-system", name: METERING };
    await expect
      .poll(async () => (await hub.cluster.get<ConfigMap>(inForce)).data?.["prices.yaml"])
      .toContain("cpu: 0");
    const { items } = await hub.cluster.list<Usage>({ ...where, kind: "Usage" });
    const costs = items.flatMap(({ status }) =>
      Object.values(status?.apps ?? {}).map(({ cost = 0 }) => cost),
    );
    const spent = costs.reduce((sum, cost) => sum + cost, 0) / 1e6;
    await window.getByRole("button", { name: "Change", exact: true }).click();
    await dialog.getByRole("textbox", { name: "A month" }).fill((spent * 1.1).toFixed(2));
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(notice.getByText("The budget of this month is nearly spent.")).toBeVisible();

    await window.getByRole("button", { name: "Statement" }).click();
    await expect(window.getByRole("heading", { name: /^Statement for / })).toBeVisible();
    const table = window.getByRole("table", { name: "Uptime Kuma" });
    await expect(table.getByRole("row", { name: /^CPU .* core-hours 100000 / })).toBeVisible();
    await expect(window.getByText(/the price of CPU of Uptime Kuma became 0; it was 100000/)).toBeVisible();
    const download = bob.waitForEvent("download");
    await window.getByRole("link", { name: "Export CSV" }).last().click();
    expect((await download).suggestedFilename()).toMatch(/^statement-ns-bob-/);
  } finally {
    await hub.cluster.delete({
      apiVersion: "v1",
      kind: "ConfigMap",
      namespace: "sealos-system",
      name: PRICES,
    });
    await hub.cluster.delete({ ...where, kind: "Budget", name: "default" }).catch(() => undefined);
    await without(hub, "ns-bob", postgresql);
  }
});

import type { ApiObject } from "../lib/cluster/index.ts";
import { expect, freshHub, test } from "./hub.ts";
import {
  appWindow,
  emptied,
  icon,
  install,
  installed,
  openApp,
  openHub,
  openImage,
  openInstall,
  uninstall,
  waitInstalled,
} from "./steps.ts";

const postgresql = { apiVersion: "acid.zalan.do/v1", kind: "postgresql" };

test.beforeEach(async ({ hub }) => {
  for (const namespace of ["ns-alice", "ns-bob"]) await emptied(hub, namespace, [postgresql]);
});

test("The Hub finds images by category and by search, also by a word from the other language", async ({
  person,
}) => {
  const page = await person("alice");
  await openHub(page);
  const filters = page.getByRole("navigation", { name: "Filters" });
  const cards = page.getByRole("heading", { level: 3 });
  await filters.getByRole("link", { name: /^Databases \d/ }).click();
  await expect(cards.filter({ hasText: "PostgreSQL" })).toBeVisible();
  await expect(cards.filter({ hasText: "WordPress" })).toBeHidden();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(cards.filter({ hasText: "WordPress" })).toBeVisible();
  const search = page.getByRole("searchbox", { name: "Search images" });
  await search.fill("whiteboard");
  await expect(cards).toHaveText(["AFFiNE"]);
  await search.fill("白板");
  await expect(cards).toHaveText(["AFFiNE"]);
  await search.fill("postgers");
  await expect(cards.filter({ hasText: "PostgreSQL" })).toBeVisible();
});

test("An image's page says what it is, which tags and actions it has and what it may do", async ({
  person,
}) => {
  const page = await person("alice");
  await openImage(page, "PostgreSQL");
  const tab = (name: RegExp) => page.getByRole("tab", { name });
  const panel = page.getByRole("tabpanel");
  await expect(panel.getByRole("heading").first()).toBeVisible();
  await expect(panel).toContainText("Zalando");
  await tab(/^Tags/).click();
  await expect(panel.getByText("Latest", { exact: true })).toBeVisible();
  await expect(panel.getByText(/^sha256:/).first()).toBeAttached();
  await tab(/^Actions/).click();
  await expect(panel).not.toBeEmpty();
  await tab(/^Permissions/).click();
  await expect(panel.getByText(/Installs the Zalando PostgreSQL operator once/)).toBeVisible();
  // Another image, and what it needs with who brings it.
  await page.goto(`${new URL(page.url()).origin}/hub/labring/affine`);
  await tab(/^Requires/).click();
  await expect(panel).toContainText("postgresql (acid.zalan.do/v1)");
  await expect(panel.getByRole("heading", { name: "PostgreSQL" })).toBeVisible();
});

test("PostgreSQL: from the Hub to a running database and back", async ({ hub, person }) => {
  const page = await person("alice", { permissions: ["clipboard-read", "clipboard-write"] });

  await openImage(page, "PostgreSQL");
  await install(page, "PostgreSQL");
  const steps = page.getByRole("dialog").getByRole("list", { name: "Progress" });
  await expect(steps.getByText("Put it on the desktop")).toBeVisible();
  await waitInstalled(page, "PostgreSQL");

  const window = await openApp(page, "PostgreSQL");
  await expect(window.getByText("No PostgreSQL cluster yet")).toBeVisible();
  await window.getByRole("link", { name: "Create PostgreSQL cluster" }).click();

  // Form and YAML in step, both ways.
  const yaml = window.getByRole("textbox", { name: "YAML of the postgresql" });
  await window.getByRole("textbox", { name: /^Name/ }).first().fill("shop");
  await expect(yaml).toContainText("name: shop");
  await window.getByRole("textbox", { name: "Instances" }).fill("2");
  await expect(yaml).toContainText("numberOfInstances: 2");
  await window.getByRole("combobox", { name: "Version" }).selectOption("16");
  await expect(yaml).toContainText('version: "16"');
  await yaml.getByText("numberOfInstances: 2").click();
  await page.keyboard.press("End");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("3");
  await expect(window.getByRole("textbox", { name: "Instances" })).toHaveValue("3");
  await expect(window.getByText("The cluster accepts it")).toBeVisible();
  await window.getByRole("button", { name: "Create PostgreSQL cluster" }).click();

  // The operator makes it; nobody reloads.
  await expect(window.getByRole("heading", { name: /^shop/ })).toBeVisible();
  await expect(window.getByText("Running: 3 of 3 ready.")).toBeVisible();

  const secret = await hub.cluster.get<ApiObject & { data: { password: string } }>({
    apiVersion: "v1",
    kind: "Secret",
    namespace: "ns-alice",
    name: "postgres.shop.credentials.postgresql.acid.zalan.do",
  });
  const password = Buffer.from(secret.data.password, "base64").toString();
  await expect(window.getByText("shop.ns-alice.svc", { exact: true })).toBeVisible();
  await expect(window.getByText(password)).toHaveCount(0);
  await window.getByRole("button", { name: "Copy Password" }).click();
  await expect(window.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(password);
  await window.getByRole("button", { name: "Show secrets" }).click();
  await expect(window.getByText(password, { exact: true })).toBeVisible();
  await window.getByRole("button", { name: "Hide secrets" }).click();
  await expect(window.getByText(password)).toHaveCount(0);

  await window.getByRole("button", { name: "Actions for shop" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog");
  const remove = dialog.getByRole("button", { name: "Delete shop" });
  await expect(remove).toBeDisabled();
  await dialog.getByRole("textbox").fill("shop");
  await remove.click();
  await expect(window.getByText("No PostgreSQL cluster yet")).toBeVisible();
  expect(await hub.cluster.find({ ...postgresql, namespace: "ns-alice", name: "shop" })).toBeUndefined();
});

test("A provider that one tenant has brought is only linked for the next", async ({ hub, person }) => {
  const operators = async () =>
    (
      await hub.cluster.list({ apiVersion: "apps/v1", kind: "Deployment", namespace: "postgres-operator" })
    ).items.map(({ metadata }) => [metadata.uid, metadata.generation]);
  const alice = await person("alice");
  await installed(hub, "ns-alice", "postgres", "labring/postgres:latest");
  await expect(icon(alice, "PostgreSQL")).toBeVisible();
  const before = await operators();
  expect(before).toHaveLength(1);

  const bob = await person("bob");
  await openImage(bob, "PostgreSQL");
  const dialog = await openInstall(bob, "PostgreSQL");
  await expect(dialog.getByText("1 used as it is")).toBeVisible();
  await expect(dialog.getByText(/\d+ created/)).toHaveCount(0);
  await dialog.getByRole("button", { name: "Install PostgreSQL" }).click();
  await waitInstalled(bob, "PostgreSQL");
  await expect((await openApp(bob, "PostgreSQL")).getByText("No PostgreSQL cluster yet")).toBeVisible();
  expect(await operators()).toEqual(before);

  await uninstall(bob, "PostgreSQL");
  await expect(appWindow(bob, "PostgreSQL")).toBeHidden();
  await expect(icon(alice, "PostgreSQL, Running")).toBeVisible();
});

test("AFFiNE on a fresh cluster brings PostgreSQL along, opens in its window, and leaves its volumes", async ({
  person,
}) => {
  const fresh = await freshHub();
  try {
    const page = await person("alice", { on: fresh });
    await openImage(page, "AFFiNE");
    const dialog = await openInstall(page, "AFFiNE");
    await expect(dialog.getByText("Also installs PostgreSQL")).toBeVisible();
    await dialog.getByRole("button", { name: "Install AFFiNE" }).click();
    await waitInstalled(page, "AFFiNE");
    await openApp(page, "AFFiNE");
    const frame = page.frameLocator('iframe[title="AFFiNE"]');
    await expect(frame.getByRole("heading", { name: "This is a simulated app" })).toBeVisible();
    await expect(frame.getByText("ns-alice")).toBeVisible();

    const claims = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "ns-alice" };
    const storage = async () =>
      (await fresh.cluster.list(claims)).items
        .map(({ metadata }) => metadata.name)
        .filter((name) => name.endsWith("-storage"));
    expect(await storage()).toHaveLength(1);
    await uninstall(page, "AFFiNE");
    await expect(appWindow(page, "AFFiNE")).toBeHidden();
    expect(await storage()).toHaveLength(1);
    // The icon goes first, the objects after it.
    for (const type of [{ apiVersion: "apps/v1", kind: "Deployment" }, postgresql])
      await expect
        .poll(async () => (await fresh.cluster.list({ ...type, namespace: "ns-alice" })).items)
        .toEqual([]);
  } finally {
    await fresh.stop();
  }
});

test("An application's volumes go with it when it is deleted for good at once", async ({ hub, person }) => {
  const page = await person("alice");
  await installed(hub, "ns-alice", "uptime-kuma", "labring/uptime-kuma:latest");
  const claims = async () =>
    (
      await hub.cluster.list({ apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "ns-alice" })
    ).items.filter(({ metadata }) => metadata.name.includes("uptime-kuma"));
  expect(await claims()).toHaveLength(1);
  await icon(page, "Uptime Kuma").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Uninstall…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("checkbox", { name: "Delete it for good now" }).check();
  await expect(dialog.getByText("All its data is lost. This cannot be undone.")).toBeVisible();
  await dialog.getByRole("button", { name: "Uninstall and delete data" }).click();
  await expect(icon(page, "Uptime Kuma")).toBeHidden();
  await expect.poll(claims).toEqual([]);
});

test("Kubernetes Dashboard runs once for two tenants, and stays for one when the other uninstalls it", async ({
  hub,
  person,
}) => {
  const title = "Kubernetes Dashboard";
  const people = { alice: await person("alice"), bob: await person("bob") };
  for (const page of Object.values(people)) {
    await openImage(page, title);
    await install(page, title);
    await waitInstalled(page, title);
    await openApp(page, title);
    const frame = page.frameLocator(`iframe[title="${title}"]`);
    await expect(frame.getByRole("heading", { name: "This is a simulated app" })).toBeVisible();
  }
  const instances = async () =>
    (await hub.cluster.list({ apiVersion: "apps/v1", kind: "Deployment" })).items
      .filter(({ metadata }) => metadata.name === "kubernetes-dashboard")
      .map(({ metadata }) => metadata.uid);
  const before = await instances();
  expect(before).toHaveLength(1);

  await uninstall(people.alice, title);
  await expect(appWindow(people.alice, title)).toBeHidden();
  expect(await instances()).toEqual(before);
  await people.bob.reload();
  await expect(
    people.bob
      .frameLocator(`iframe[title="${title}"]`)
      .getByRole("heading", { name: "This is a simulated app" }),
  ).toBeVisible();
});

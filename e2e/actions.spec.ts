import { expect, test } from "./hub.ts";
import { aliceIsKnown, emptied, icon, installed, openApp } from "./steps.ts";

const postgresql = { apiVersion: "acid.zalan.do/v1", kind: "postgresql" };

test.beforeEach(async ({ hub, person }) => {
  await aliceIsKnown(hub, person);
  await emptied(hub, "ns-alice", [postgresql]);
  await installed(hub, "ns-alice", "postgres", "labring/postgres:latest");
  await hub.cluster.create({
    ...postgresql,
    metadata: { name: "acid-shop", namespace: "ns-alice" },
    spec: { teamId: "acid", volume: { size: "1Gi" }, numberOfInstances: 1, postgresql: { version: "16" } },
  });
});

// An instance left behind would keep other tests from uninstalling its provider.
test.afterEach(({ hub }) => emptied(hub, "ns-alice", [postgresql]));

test("an action from the row's menu is filled in, run, and tells how it went", async ({ hub, person }) => {
  const page = await person("alice");
  const window = await openApp(page, "PostgreSQL");
  await window.getByRole("button", { name: "Actions for acid-shop" }).click();
  await page.getByRole("menuitem", { name: "Change the number of instances" }).click();
  await expect(window.getByRole("tab", { name: "Actions" })).toHaveAttribute("aria-selected", "true");
  const instances = window.getByRole("textbox", { name: /^Instances/ });
  await instances.fill("");
  await window.getByRole("button", { name: "Run", exact: true }).click();
  await expect(window.getByText("Please fill this in")).toBeVisible();
  await instances.fill("3");
  await window.getByRole("button", { name: "Run", exact: true }).click();
  await expect(window.getByText('postgresql "acid-shop" is patched.')).toBeVisible();
  await expect(window.getByText("Running: 3 of 3 ready.")).toBeVisible();
  expect(await hub.cluster.get({ ...postgresql, namespace: "ns-alice", name: "acid-shop" })).toMatchObject({
    spec: { numberOfInstances: 3 },
  });

  // Of opposites only one can be chosen, and the other says why not.
  await expect(window.getByRole("button", { name: "Choose: Stop" })).toBeVisible();
  await expect(window.getByRole("button", { name: "Choose: Start" })).toHaveCount(0);
  await window.getByText(/more that cannot be done now$/).click();
  await expect(window.getByText("acid-shop is not stopped.")).toBeVisible();

  // The form knows the volume as it is, and the server says at its field why it cannot shrink.
  await window.getByRole("button", { name: "Choose: Enlarge the storage" }).click();
  await window.getByRole("textbox", { name: /^Storage per instance/ }).fill("512Mi");
  await window.getByRole("button", { name: "Run", exact: true }).click();
  await expect(window.getByText("it has 1Gi now and can only grow", { exact: true })).toBeVisible();
  // What it will take is told before it is run.
  await window.getByRole("textbox", { name: /^Storage per instance/ }).fill("20Gi");
  await expect(window.getByRole("region", { name: "Estimated cost" })).toContainText(
    "Storage 3 GiB → 60 GiB",
  );

  // What kubectl began, and what went wrong, is in the same list.
  await hub.cluster.create({
    apiVersion: "hub.sealos.io/v1alpha1",
    kind: "ActionRun",
    metadata: { name: "by-hand", namespace: "ns-alice" },
    spec: { instance: { ...postgresql, name: "acid-shop" }, action: "resize" },
  });
  await expect(window.getByText("An input is missing.")).toBeVisible();
});

test("a database is backed up now once it has a schedule, and its page lists how the backups went", async ({
  hub,
  person,
}) => {
  const configuration = { apiVersion: "v1", kind: "ConfigMap", name: "postgres-operator" };
  await hub.cluster.patch(
    { ...configuration, namespace: "postgres-operator" },
    { data: { logical_backup_s3_bucket: "dumps" } },
    { type: "merge" },
  );
  const page = await person("alice");
  const window = await openApp(page, "PostgreSQL");
  await window.getByRole("link", { name: "acid-shop" }).click();
  await expect(window.getByText("Running: 1 of 1 ready.")).toBeVisible();
  await window.getByRole("tab", { name: "Backups" }).click();
  await expect(window.getByText("It is not backed up: no schedule has been set.")).toBeVisible();
  await window.getByRole("button", { name: "Set a schedule" }).click();
  await window.getByRole("textbox", { name: /^When/ }).fill("61 2 * * *");
  await window.getByRole("button", { name: "Run", exact: true }).click();
  await expect(window.getByText(/^write five fields/)).toBeVisible();
  await window.getByRole("textbox", { name: /^When/ }).fill("30 2 * * *");
  await window.getByRole("button", { name: "Run", exact: true }).click();
  const said = window.getByRole("region", { name: "Output of Back up on a schedule" }).first();
  await expect(said).toContainText('postgresql "acid-shop" is patched.');
  const backups = window.getByRole("tabpanel", { name: "Backups" });
  await window.getByRole("tab", { name: "Backups" }).click();
  await expect(backups).toContainText("30 2 * * *");
  await backups.getByRole("button", { name: "Back up now" }).click();
  await window.getByRole("button", { name: "Run", exact: true }).click();
  await expect(window.getByText(/aws s3 cp - s3:\/\/dumps\/spilo\/acid-shop/)).toBeVisible();
  await window.getByRole("tab", { name: "Backups" }).click();
  const made = backups.getByRole("listitem");
  await expect(made).toContainText("Done");
  await expect(made).toContainText("Made by hand");
  await expect(made).toContainText("Size: not reported by the operator");
});

test("an app's own action is run on its page, and what it did stays there to be read", async ({
  hub,
  person,
}) => {
  await installed(hub, "ns-alice", "renewing", "labring/renewing:latest");
  const made = { apiVersion: "v1", kind: "ConfigMap", namespace: "ns-alice", name: "renewing-b" };
  const { uid } = (await hub.cluster.get(made)).metadata;
  const page = await person("alice");
  await page.goto(`${hub.url}/installations/renewing?tab=actions`);
  await page.getByRole("button", { name: "Choose: Renew the settings" }).click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByRole("region", { name: "Output of Renew the settings" })).toHaveText(
    'ConfigMap "renewing-b" is deleted. ConfigMap "renewing-b" is created.',
    { timeout: 15_000 },
  );
  await expect(page.getByText("Done", { exact: true })).toBeVisible();
  expect((await hub.cluster.get(made)).metadata.uid).not.toBe(uid);
});

test("a client of a database is installed by an action, and opens from there and by its icon", async ({
  person,
}) => {
  const page = await person("alice");
  const window = await openApp(page, "PostgreSQL");
  await window.getByRole("link", { name: "acid-shop" }).click();
  await window.getByRole("tab", { name: "Actions" }).click();
  const run = async () => {
    await window.getByRole("button", { name: "Choose: Open pgAdmin" }).click();
    await window.getByRole("button", { name: "Run", exact: true }).click();
  };
  await run();
  const title = "pgAdmin · acid-shop";
  const opened = async (open: () => Promise<void>) => {
    const [tab] = await Promise.all([page.waitForEvent("popup"), open()]);
    await expect(tab.getByRole("heading", { name: "This is a simulated app" })).toBeVisible();
    await tab.close();
  };
  const open = window.getByRole("button", { name: `Open ${title}` });
  await expect(open).toBeEnabled();
  await opened(() => open.click());

  // The second time it is found, and is the same one.
  await run();
  await expect(window.getByText('Installation "acid-shop-pgadmin" is there already.')).toBeVisible();
  await window.getByRole("button", { name: "Close", exact: true }).click();
  await expect(icon(page, title)).toHaveCount(1);
  await opened(() => icon(page, title).dblclick());
});

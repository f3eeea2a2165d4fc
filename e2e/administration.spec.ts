import { refOf } from "../lib/cluster/index.ts";
import type { KubernetesObject } from "../lib/model/kubernetes.ts";
import { expect, test } from "./hub.ts";
import { aliceIsKnown, appWindow, emptied, installed, openApp } from "./steps.ts";

type ConfigMap = KubernetesObject & { data?: Record<string, string> };
type Quota = KubernetesObject & { spec?: { hard: Record<string, string> } };

test.beforeEach(async ({ hub, person }) => {
  await aliceIsKnown(hub, person);
  await emptied(hub, "ns-alice");
  await installed(hub, "ns-alice", "postgres", "labring/postgres:latest");
});

// What is announced is on everybody's desktop, and in the way of a second try.
test.afterEach(async ({ hub: { cluster } }) => {
  const { items } = await cluster.list({ apiVersion: "hub.sealos.io/v1alpha1", kind: "Announcement" });
  for (const announcement of items) await cluster.delete(refOf(announcement));
});

test("an administrator looks over workspaces and providers; others are not offered it, and the page tells them nothing", async ({
  hub,
  person,
}) => {
  const root = await person("admin");
  await root.getByRole("button", { name: /^Account: / }).click();
  await root.getByRole("menuitem", { name: "Administration" }).click();
  const window = appWindow(root, "Administration");
  await expect(window.getByText("ns-alice", { exact: true })).toBeVisible();
  await window.getByRole("tab", { name: /^Providers/ }).click();
  await expect(window.getByRole("link", { name: "PostgreSQL" })).toBeVisible();

  const alice = await person("alice");
  await alice.getByRole("button", { name: /^Account: / }).click();
  await expect(alice.getByRole("menuitem", { name: "Usage and cost" })).toBeVisible();
  await expect(alice.getByRole("menuitem", { name: "Administration" })).toHaveCount(0);
  await alice.goto(`${hub.url}/administration`);
  await expect(alice.getByText("This page is for administrators")).toBeVisible();
});

test("an announcement appears on everybody's desktop at once, stays put away, and ends for all", async ({
  hub,
  person,
}, info) => {
  const [alice, root] = [await person("alice"), await person("admin")];
  const bob = await person("bob", { viewport: { width: 390, height: 844 } });
  await root.goto(`${hub.url}/administration?tab=announcements`);
  await root.getByRole("button", { name: "Write an announcement" }).first().click();
  const dialog = root.getByRole("dialog");
  await dialog.getByLabel("Severity").selectOption("Warning");
  await dialog.getByLabel("From").fill("2030-01-02T00:00");
  await dialog.getByLabel("Until").fill("2030-01-01T00:00");
  await dialog.getByRole("textbox", { name: "Title", exact: true }).fill("Upkeep on Sunday");
  await dialog.getByRole("textbox", { name: "Text", exact: true }).fill("Apps pause for **ten minutes**.");
  await dialog.getByRole("button", { name: "Announce" }).click();
  await expect(dialog.getByText("It has to end after it begins.")).toBeVisible();
  await dialog.getByLabel("From").fill("");
  await dialog.getByRole("button", { name: "Announce" }).click();
  await expect(dialog).toBeHidden();
  await root.screenshot({ path: info.outputPath("announcements.png"), animations: "disabled" });

  const shown = (page: typeof alice) =>
    page.getByRole("region", { name: "Announcements" }).getByText("Upkeep on Sunday");
  for (const page of [alice, bob]) await expect(shown(page)).toBeVisible();
  await expect(alice.getByRole("region", { name: "Announcements" }).locator("strong")).toHaveCount(2);
  await alice.screenshot({ path: info.outputPath("banner.png"), animations: "disabled" });
  await bob.screenshot({ path: info.outputPath("banner-phone.png"), animations: "disabled" });
  const dismiss = alice.getByRole("button", { name: "Dismiss: Upkeep on Sunday" });
  await dismiss.focus();
  await alice.keyboard.press("Enter");
  await expect(shown(alice)).toBeHidden();
  await alice.reload();
  await expect(alice.getByRole("list", { name: "Apps on the desktop" })).toBeVisible();
  await expect(shown(bob)).toBeVisible();
  await expect(shown(alice)).toBeHidden();

  await root.getByRole("button", { name: "End now: Upkeep on Sunday" }).click();
  await expect(root.getByText("Ended")).toBeVisible();
  await expect(shown(bob)).toBeHidden();
  await root.getByRole("button", { name: "Delete: Upkeep on Sunday" }).click();
  await expect(root.getByText("Nothing is announced")).toBeVisible();
});

test("an administrator says whom the cluster trusts, and which provider is the default", async ({
  hub,
  person,
}, info) => {
  await hub.cluster.apply(
    {
      apiVersion: "hub.sealos.io/v1alpha1",
      kind: "Organization",
      metadata: { name: "acme" },
      spec: { trusted: false },
    },
    { fieldManager: "test", force: true },
  );
  const root = await person("admin");
  await root.goto(`${hub.url}/administration?tab=trust`);
  await root.getByRole("button", { name: "Trust acme" }).click();
  await root.getByRole("dialog").getByRole("button", { name: "Trust", exact: true }).click();
  await expect(root.getByRole("button", { name: "Withdraw trust from acme" })).toBeVisible();
  const kind = "InnoDBCluster.mysql.oracle.com";
  const choice = root.getByRole("combobox", { name: `Default for ${kind}` });
  await choice.selectOption({ index: 1 });
  const map = { apiVersion: "v1", kind: "ConfigMap", name: "hub-providers", namespace: "sealos-system" };
  const stored = async () => (await hub.cluster.find<ConfigMap>(map))?.data?.[kind];
  await expect.poll(stored).toMatch(/^labring\/mysql:/);
  await root.screenshot({ path: info.outputPath("trust.png"), animations: "disabled", fullPage: true });
  await choice.selectOption({ index: 0 });
  await expect.poll(stored).toBeUndefined();
});

test("an administrator changes a workspace's quota, and its members are told of a limit before they reach it", async ({
  hub,
  person,
}, info) => {
  const root = await person("admin");
  await root.goto(`${hub.url}/administration`);
  await root
    .getByRole("button", { name: /^Change the quota of Alice/ })
    .first()
    .click();
  const dialog = root.getByRole("dialog");
  await dialog.getByLabel("memory").fill("plenty");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("plenty is no amount. Write it like 16, 500m or 32Gi.")).toBeVisible();
  await dialog.getByLabel("memory").fill("33Gi");
  await dialog.getByLabel("postgresqls.acid.zalan.do").fill("many");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("many is no number. Write a whole one like 3, or nothing.")).toBeVisible();
  await dialog.getByLabel("postgresqls.acid.zalan.do").fill("0");
  await root.screenshot({ path: info.outputPath("quota.png"), animations: "disabled" });
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await root.screenshot({ path: info.outputPath("workspaces.png"), animations: "disabled" });
  const quota = await hub.cluster.get<Quota>({
    ...{ apiVersion: "v1", kind: "ResourceQuota", name: "quota", namespace: "ns-alice" },
  });
  expect(quota.spec?.hard).toMatchObject({
    "requests.memory": "33Gi",
    "count/postgresqls.acid.zalan.do": "0",
  });

  const alice = await person("alice");
  const databases = await openApp(alice, "PostgreSQL");
  await databases
    .getByRole("link", { name: /^Create/ })
    .first()
    .click();
  await expect(
    databases.getByText("The workspace may have at most 0 postgresqls (acid.zalan.do) and has 0."),
  ).toBeVisible();
  await expect(databases.getByRole("button", { name: "Copy a request for more quota" })).toBeVisible();
  await alice.screenshot({ path: info.outputPath("limit.png"), animations: "disabled" });

  await root
    .getByRole("button", { name: /^Change the quota of Alice/ })
    .first()
    .click();
  await dialog.getByLabel("postgresqls.acid.zalan.do").fill("");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(databases.getByText(/^The workspace may have at most 0/)).toBeHidden();
});

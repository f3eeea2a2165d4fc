import { expect, test } from "./hub.ts";
import { aliceIsKnown, appWindow, emptied, installed } from "./steps.ts";

test.beforeEach(async ({ hub, person }) => {
  await aliceIsKnown(hub, person);
  await emptied(hub, "ns-alice");
  await installed(hub, "ns-alice", "postgres", "labring/postgres:latest");
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

import { expect, test } from "./hub.ts";
import { aliceIsKnown, appWindow, emptied, installed } from "./steps.ts";

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
  await expect(window.getByText("CPU requested in the month; this cluster has no prices")).toBeVisible();
  const download = page.waitForEvent("download");
  await window.getByRole("link", { name: "Export CSV" }).click();
  expect((await download).suggestedFilename()).toMatch(/^usage-ns-alice-.*\.csv$/);
  await window.getByRole("button", { name: "Earlier month" }).click();
  await expect(window.getByText(/^Nothing is counted for /)).toBeVisible();
});

import { expect, test } from "./hub.ts";
import { aliceIsKnown, appWindow, emptied, icon, installed } from "./steps.ts";

test.beforeEach(async ({ hub, person }) => {
  await aliceIsKnown(hub, person);
  await emptied(hub, "ns-alice");
  await installed(hub, "ns-alice", "uptime-kuma", "labring/uptime-kuma:latest");
});

test("An app is stopped and started from its icon, and by a schedule whose next times are told in words", async ({
  person,
}) => {
  const page = await person("alice");
  const app = icon(page, "Uptime Kuma");
  const choose = async (item: string) => {
    await app.click({ button: "right" });
    await page.getByRole("menuitem", { name: item, exact: true }).click();
  };
  await choose("Stop");
  await expect(app).toHaveAttribute("data-status", "Suspended");
  await expect(app).toHaveAccessibleName("Uptime Kuma, Stopped");
  await app.dblclick();
  const details = appWindow(page, "Uptime Kuma: details");
  await expect(details.getByText("Uptime Kuma is stopped; its data is kept.")).toBeVisible();

  await details.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Stop and start by schedule" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Time zone").fill("Asia/Nowhere");
  await expect(dialog.getByRole("alert")).toContainText("There is no time zone called Asia/Nowhere");
  await expect(dialog.getByRole("button", { name: "Save" })).toBeDisabled();
  await dialog.getByLabel("Time zone").fill("Asia/Shanghai");
  await expect(dialog.getByText(/^Starts next on \w+day, .* at 8:00\sAM \(Asia\/Shanghai\)$/)).toBeVisible();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(details.getByText(/^Stops next on \w+day, .* at 8:00\sPM/)).toBeVisible();
  await details.getByRole("button", { name: "Close", exact: true }).click();

  await choose("Start");
  await expect(app).toHaveAttribute("data-status", "Running");
});

test("What was uninstalled comes back by undo, and from the bin until that is emptied", async ({
  person,
}) => {
  const page = await person("alice");
  const app = icon(page, "Uptime Kuma");
  const uninstall = async () => {
    await app.click({ button: "right" });
    await page.getByRole("menuitem", { name: "Uninstall…" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("stay in the bin for 7 days");
    await dialog.getByRole("button", { name: "Uninstall Uptime Kuma" }).click();
    await expect(dialog).toBeHidden();
  };
  await uninstall();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(app).toHaveAttribute("data-status", "Running");

  await uninstall();
  await expect(app).toBeHidden();
  await page.locator("#work-area").click({ button: "right", position: { x: 400, y: 40 } });
  await page.getByRole("menuitem", { name: "Bin" }).click();
  const bin = appWindow(page, "Bin");
  const items = bin.getByRole("list", { name: "Bin" }).getByRole("listitem");
  await expect(items.filter({ hasText: "Uptime Kuma" })).toHaveCount(1);
  await expect(bin.getByText(/their volumes count for your quota/)).toBeVisible();
  await bin.getByRole("button", { name: "Restore Uptime Kuma" }).click();
  await expect(app).toHaveAttribute("data-status", "Running");

  await uninstall();
  await expect(app).toBeHidden();
  await bin.getByRole("button", { name: "Delete Uptime Kuma for good" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete for good" }).click();
  await expect(items.filter({ hasText: "Uptime Kuma" })).toHaveCount(0);
});

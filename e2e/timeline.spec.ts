import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { API_VERSION, type Installation } from "../lib/model/resources.ts";
import { send } from "./behind.ts";
import { expect, type RunningHub, test } from "./hub.ts";

/** What happened, who did it, and why something failed: the timeline and the troubleshooter. */
const NAMESPACE = "ns-alice";
const INSTALLATIONS = `/api/namespaces/${NAMESPACE}/installations`;

async function installFailing(page: Page, hub: RunningHub): Promise<void> {
  const made = await send(page, hub, "POST", INSTALLATIONS, { image: "labring/crashing", inputs: {} });
  expect(made.ok()).toBe(true);
  const reference = { apiVersion: API_VERSION, kind: "Installation", namespace: NAMESPACE, name: "crashing" };
  await expect
    .poll(async () => (await hub.cluster.get<Installation>(reference)).status?.phase)
    .toBe("Failed");
}

async function uninstall(page: Page, hub: RunningHub): Promise<void> {
  await send(page, hub, "DELETE", `${INSTALLATIONS}/crashing`);
  const reference = { apiVersion: API_VERSION, kind: "Installation", namespace: NAMESPACE, name: "crashing" };
  await expect.poll(() => hub.cluster.find(reference)).toBeUndefined();
}

test("a failure leads to the troubleshooter, whose text can be copied", async ({ hub, person }) => {
  const page = await person("alice", { permissions: ["clipboard-read", "clipboard-write"] });
  await installFailing(page, hub);
  await page.goto(`${hub.url}/installations/crashing`);
  const failure = page.getByRole("alert");
  await expect(failure.getByRole("button", { name: "Try again" })).toBeVisible();
  await failure.getByRole("link", { name: "Troubleshoot" }).click();

  await expect(page.getByRole("region", { name: "Conditions" })).toContainText("Ready");
  await expect(page.getByRole("region", { name: "Pods" })).toContainText("fatal: simulated failure");
  // It shows one moment, which may be before the cluster told of the crash.
  await expect(async () => {
    await page.getByRole("button", { name: "Look again" }).click();
    await expect(page.getByRole("region", { name: "Events" })).toContainText("BackOff", { timeout: 2_000 });
  }).toPass({ timeout: 45_000 });
  await page.getByRole("button", { name: "Copy as text" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(text).toMatch(/^# Troubleshooting: Crashing container \(ns-alice\/crashing\)\n/);
  expect(text).toContain("## Pods");
  await uninstall(page, hub);
});

test("the timeline tells who did what, is filtered and exported, and remembers what is gone", async ({
  hub,
  person,
}) => {
  const page = await person("alice");
  await installFailing(page, hub);
  await page.goto(`${hub.url}/installations/crashing?tab=timeline`);
  const lines = page.getByRole("listitem");
  await expect(lines.filter({ hasText: /^Installed/ }).first()).toContainText("Alice on the page");
  await expect(lines.filter({ hasText: /^Failed/ }).first()).toContainText("The container main crashes");

  await page.getByRole("button", { name: "Cluster events" }).click();
  await expect(lines.filter({ hasText: "Scheduled" }).first()).toBeVisible();
  await page.getByRole("combobox", { name: "Door" }).selectOption("page");
  await expect(lines.filter({ hasText: "Scheduled" })).toHaveCount(0);
  await page.getByRole("button", { name: "Export" }).click();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "As a table (CSV)" }).click(),
  ]);
  expect(file.suggestedFilename()).toBe("timeline-ns-alice-crashing.csv");
  const csv = await readFile(await file.path(), "utf8");
  expect(csv).toMatch(/^time,kind,event,/);
  expect(csv).toContain(",change,installed,Installation,crashing,crashing,page,hub-page.alice,alice,Alice,");
  expect(csv).not.toContain(",cluster,");
  await uninstall(page, hub);

  await page.goto(hub.url);
  await page.getByRole("button", { name: "All apps" }).click();
  await page.getByRole("button", { name: "Timeline" }).click();
  const window = page.locator('[data-window="system-timeline"]');
  const gone = window
    .getByRole("listitem")
    .filter({ hasText: "Uninstalled" })
    .filter({ hasText: "crashing" });
  await expect(gone.first()).toContainText("Alice on the page");
});

test("both speak Chinese", async ({ hub, person }) => {
  const page = await person("alice", { locale: "zh-CN" });
  await installFailing(page, hub);
  await page.goto(`${hub.url}/installations/crashing?tab=timeline`);
  await expect(
    page
      .getByRole("listitem")
      .filter({ hasText: /^已安装/ })
      .first(),
  ).toContainText("Alice，通过页面");
  await page.getByRole("tab", { name: "排查" }).click();
  await expect(page.getByRole("button", { name: "复制为文本" })).toBeVisible();
  await expect(page.getByRole("region", { name: "状况" })).toBeVisible();
  await uninstall(page, hub);
});

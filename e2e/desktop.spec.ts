import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./hub.ts";
import {
  aliceIsKnown,
  appWindow,
  emptied,
  icon,
  install,
  installed,
  openApp,
  openHub,
  openImage,
  waitInstalled,
} from "./steps.ts";

test.beforeEach(async ({ hub, person }) => {
  await aliceIsKnown(hub, person);
  await installed(hub, "ns-alice", "postgres", "labring/postgres:latest");
});

/** Where an element is, in whole pixels. */
async function boxOf(element: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await element.boundingBox();
  if (!box) throw new Error("It is not shown.");
  const { x, y, width, height } = box;
  return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
}

/** Presses at a point and moves by (dx, dy) before letting go. */
async function drag(page: Page, from: { x: number; y: number }, dx: number, dy: number): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + dx / 2, from.y + dy / 2);
  await page.mouse.move(from.x + dx, from.y + dy);
  await page.mouse.up();
}

/** The middle of a window's title bar. */
async function titleBar(window: Locator): Promise<{ x: number; y: number }> {
  const { x, y, width } = await boxOf(window);
  return { x: x + width / 2, y: y + 18 };
}

test("Windows, their bounds and paths, and icons are there after a reload and in another browser", async ({
  person,
}) => {
  const page = await person("alice");
  await openImage(page, "WordPress");
  const window = await openApp(page, "PostgreSQL");
  await window
    .getByRole("link", { name: /^Create/ })
    .first()
    .click();
  await expect(window.getByRole("heading", { name: "New PostgreSQL cluster" })).toBeVisible();

  const start = await boxOf(window);
  await drag(page, await titleBar(window), 120, 30);
  await expect.poll(() => boxOf(window)).toEqual({ ...start, x: start.x + 120, y: start.y + 30 });
  await drag(page, { x: start.x + 120 + start.width, y: start.y + 30 + start.height }, -200, -100);
  const bounds = { x: start.x + 120, y: start.y + 30, width: start.width - 200, height: start.height - 100 };
  await expect.poll(() => boxOf(window)).toEqual(bounds);

  await icon(page, "PostgreSQL").focus();
  const before = await boxOf(icon(page, "PostgreSQL"));
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  const place = { ...before, y: before.y + 224 };
  await expect.poll(() => boxOf(icon(page, "PostgreSQL"))).toEqual(place);

  const other = await person("alice");
  await page.reload();
  for (const each of [page, other]) {
    const there = appWindow(each, "PostgreSQL");
    await expect(there.getByRole("heading", { name: "New PostgreSQL cluster" })).toBeVisible();
    await expect.poll(() => boxOf(there)).toEqual(bounds);
    await expect.poll(() => boxOf(icon(each, "PostgreSQL"))).toEqual(place);
    await expect(
      appWindow(each, "Image Hub").getByRole("heading", { level: 1, name: "WordPress" }),
    ).toBeVisible();
  }

  // What one browser does, the other shows.
  await drag(page, await titleBar(window), -100, 0);
  await expect.poll(async () => (await boxOf(appWindow(other, "PostgreSQL"))).x).toBe(bounds.x - 100);
  await window.getByRole("button", { name: "Close" }).first().click();
  await expect(appWindow(other, "PostgreSQL")).toBeHidden();
});

test("A window is moved, sized, minimised and maximised by mouse", async ({ person }) => {
  const page = await person("alice");
  const window = await openApp(page, "PostgreSQL");
  const start = await boxOf(window);
  const area = await boxOf(page.getByRole("main"));

  await page.mouse.dblclick((await titleBar(window)).x, (await titleBar(window)).y);
  await expect.poll(() => boxOf(window)).toEqual(area);
  await window.getByRole("button", { name: "Restore" }).click();
  await expect.poll(() => boxOf(window)).toEqual(start);
  await window.getByRole("button", { name: "Minimise" }).click();
  await expect(window).toBeHidden();
  await page.getByRole("button", { name: "PostgreSQL, open" }).click();
  await expect.poll(() => boxOf(window)).toEqual(start);

  // At the edge it takes half of the screen, and its old size again when pulled away.
  const bar = await titleBar(window);
  await drag(page, bar, 2 - bar.x, 0);
  await expect.poll(() => boxOf(window)).toEqual({ ...area, width: area.width / 2 });
  await drag(page, await titleBar(window), 200, 100);
  await expect.poll(async () => (await boxOf(window)).width).toBe(start.width);
});

test("Icons and windows obey the keyboard", async ({ person }) => {
  const page = await person("alice");
  const area = await boxOf(page.getByRole("main"));
  await icon(page, "Image Hub").focus();
  await page.keyboard.press("p");
  await expect(icon(page, "PostgreSQL")).toBeFocused();
  await page.keyboard.press("Enter");
  const window = appWindow(page, "PostgreSQL");
  await expect(window).toBeVisible();
  const start = await boxOf(window);

  await page.keyboard.press("Alt+Shift+ArrowUp");
  await expect.poll(() => boxOf(window)).toEqual(area);
  await page.keyboard.press("Alt+Shift+ArrowUp");
  await expect.poll(() => boxOf(window)).toEqual(start);

  await window.getByRole("button", { name: "Menu of PostgreSQL" }).press("Enter");
  await page.getByRole("menuitem", { name: "Move and resize by keyboard" }).press("Enter");
  await expect(window.getByText("Arrows move, Shift+arrows resize, Enter ends")).toBeVisible();
  // The menu gives the focus back as it closes.
  await expect(window.getByRole("button", { name: "Menu of PostgreSQL" })).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Enter");
  await expect
    .poll(() => boxOf(window))
    .toEqual({ ...start, x: start.x + 24, y: start.y + 24, width: start.width - 24 });

  await page.keyboard.press("Alt+Shift+ArrowRight");
  await expect.poll(() => boxOf(window)).toEqual({ ...area, x: area.width / 2, width: area.width / 2 });
  await openHub(page);
  await expect(appWindow(page, "Image Hub")).toHaveAttribute("data-active", "true");
  await page.keyboard.press("Alt+Shift+N");
  await expect(window).toHaveAttribute("data-active", "true");
  await page.keyboard.press("Alt+Shift+M");
  await expect(window).toBeHidden();
  await page.keyboard.press("Alt+Shift+W");
  await expect(appWindow(page, "Image Hub")).toBeHidden();
});

test("Language and appearance are chosen once, for every page and every browser", async ({ hub, person }) => {
  const page = await person("alice");
  await page.getByRole("button", { name: "Language" }).click();
  await page.getByRole("menuitemcheckbox", { name: "中文" }).click();
  const chinese = (each: Page) =>
    expect(
      each.getByRole("list", { name: "桌面上的应用" }).getByRole("button", { name: "镜像中心" }),
    ).toBeVisible();
  await chinese(page);
  await page.getByRole("button", { name: "外观" }).click();
  await page.getByRole("menuitemcheckbox", { name: "深色" }).click();
  const html = page.locator("html");
  await expect(html).toHaveAttribute("data-theme", "dark");
  await expect(page.getByRole("menu")).toBeHidden();

  await page.reload();
  await chinese(page);
  await expect(html).toHaveAttribute("data-theme", "dark");
  await expect(html).toHaveAttribute("lang", /^zh/);
  const other = await person("alice");
  await chinese(other);
  await expect(other.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.goto(`${hub.url}/hub`);
  await expect(page.getByRole("searchbox", { name: "搜索镜像" })).toBeVisible();
  await expect(html).toHaveAttribute("data-theme", "dark");
});

test("Signing out ends the session on the server as well", async ({ hub, person }) => {
  const page = await person("alice");
  const cookie = (await page.context().cookies(hub.url))
    .map(({ name, value }) => `${name}=${value}`)
    .join("; ");
  const status = async (path: string) => (await fetch(`${hub.url}${path}`, { headers: { cookie } })).status;
  expect(await status("/api/session")).toBe(200);

  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/signin/);
  expect(await status("/api/session")).toBe(401);
  expect(await status("/api/namespaces/ns-alice/desktop")).not.toBe(200);
  expect(await status("/api/stream?namespace=ns-alice&topic=apps")).toBe(401);
  await page.goto(hub.url);
  await expect(page).toHaveURL(/\/signin/);
});

test("On a phone an app is found, installed and opened by touch", async ({ hub, person }) => {
  await emptied(hub, "ns-alice");
  const page = await person("alice", {
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
  });
  await icon(page, "Image Hub").tap();
  await expect(page.getByRole("searchbox", { name: "Search images" })).toBeVisible();
  await openImage(page, "Kuboard");
  await install(page, "Kuboard");
  await waitInstalled(page, "Kuboard");
  await appWindow(page, "Image Hub").getByRole("button", { name: "Minimise" }).tap();
  await icon(page, "Kuboard").tap();
  await expect(
    page.frameLocator('iframe[title="Kuboard"]').getByRole("heading", { name: "This is a simulated app" }),
  ).toBeVisible();
  const window = await boxOf(appWindow(page, "Kuboard"));
  expect(window).toMatchObject({ x: 0, width: 390 });
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(await overflow()).toBe(0);
});

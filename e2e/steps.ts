import { expect, type Locator, type Page } from "@playwright/test";
import { isNotFound, refOf } from "../lib/cluster/index.ts";
import type { Installation } from "../lib/model/resources.ts";
import type { RunningHub } from "./hub.ts";

/** What a person does, step by step, in the words of the English interface. */

/** The icon of an app on the desktop. Its name ends in the app's state. */
export function icon(page: Page, title: string): Locator {
  return page
    .getByRole("list", { name: "Apps on the desktop" })
    .getByRole("button", { name: new RegExp(`^${title}(,|$)`) });
}

/** The window of that title. */
export function appWindow(page: Page, title: string): Locator {
  return page.getByRole("region", { name: title, exact: true });
}

/** Opens an app by double-click on its icon; returns its window. */
export async function openApp(page: Page, title: string): Promise<Locator> {
  await icon(page, title).dblclick();
  const window = appWindow(page, title);
  await expect(window).toBeVisible();
  return window;
}

export async function openHub(page: Page): Promise<void> {
  const search = page.getByRole("searchbox", { name: "Search images" });
  // The window may be open from before, at some image.
  const back = page.getByRole("link", { name: "All images" });
  const open = search.or(back).first();
  if (!(await open.isVisible())) await icon(page, "Image Hub").dblclick();
  await expect(open).toBeVisible();
  if (!(await search.isVisible())) await back.click();
  await expect(search).toBeVisible();
}

/** From the desktop to an image's page, by searching for it. */
export async function openImage(page: Page, title: string): Promise<void> {
  await openHub(page);
  await page.getByRole("searchbox", { name: "Search images" }).fill(title);
  await page.getByRole("link", { name: title, exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: title, exact: true })).toBeVisible();
}

/** Presses Install on an image's page; returns the dialog with the plan. */
export async function openInstall(page: Page, title: string): Promise<Locator> {
  await page
    .getByRole("button", { name: `Install ${title}`, exact: true })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("region", { name: "What will happen" })).toBeVisible();
  return dialog;
}

/** Presses Install on an image's page and again in the dialog, once the plan is there. */
export async function install(page: Page, title: string): Promise<void> {
  const dialog = await openInstall(page, title);
  await dialog.getByRole("button", { name: `Install ${title}`, exact: true }).click();
}

/** Waits for the dialog to say that it is done, and closes it. */
export async function waitInstalled(page: Page, title: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(`${title} is ready and on your desktop.`)).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(dialog).toBeHidden();
}

/** Uninstalls from the icon's menu and waits until the icon has gone. */
export async function uninstall(page: Page, title: string): Promise<void> {
  await icon(page, title).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Uninstall…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: `Uninstall ${title}` }).click();
  await expect(dialog).toBeHidden();
  await expect(icon(page, title)).toBeHidden();
}

const INSTALLATION = { apiVersion: "hub.sealos.io/v1alpha1", kind: "Installation" };

/** Sees to it that an image is installed, as `kubectl apply` would; `name` is the installation's. */
export async function installed(
  hub: RunningHub,
  namespace: string,
  name: string,
  image: string,
): Promise<void> {
  const ref = { ...INSTALLATION, name, namespace };
  if (!(await hub.cluster.find(ref)))
    await hub.cluster.create({ ...INSTALLATION, metadata: { name, namespace }, spec: { image } });
  const phase = async () => (await hub.cluster.find<Installation>(ref))?.status?.phase;
  await expect.poll(phase).toBe("Running");
}

/** Sees to it that alice's workspace is there: it is made when she first signs in. */
export async function aliceIsKnown(
  hub: RunningHub,
  person: (account: "alice") => Promise<Page>,
): Promise<void> {
  if (await hub.cluster.find({ apiVersion: "v1", kind: "Namespace", name: "ns-alice" })) return;
  await (await person("alice")).close();
}

/** Takes away what is installed in a namespace, and the instances of these kinds before. */
export async function emptied(
  hub: RunningHub,
  namespace: string,
  kinds: { apiVersion: string; kind: string }[] = [],
): Promise<void> {
  for (const type of [...kinds, INSTALLATION]) await without(hub, namespace, type);
}

/** Takes away every object of a kind in a namespace, and waits until they are gone. */
export async function without(
  hub: RunningHub,
  namespace: string,
  type: { apiVersion: string; kind: string },
): Promise<void> {
  const left = () => ifServed(async () => (await hub.cluster.list({ ...type, namespace })).items);
  // One that is on its way out may be gone by now.
  for (const object of (await left()) ?? []) await ifServed(() => hub.cluster.delete(refOf(object)));
  await expect.poll(async () => (await left())?.length ?? 0).toBe(0);
}

/** Undefined where the object is gone, or the kind is one that nobody has installed yet. */
async function ifServed<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

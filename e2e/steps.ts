import { expect, type Page } from "@playwright/test";

/** What a person does, step by step, in the words of the English interface. */

export async function openHub(page: Page): Promise<void> {
  const search = page.getByRole("searchbox", { name: "Search images" });
  if (!(await search.isVisible())) await page.getByRole("button", { name: "Image Hub" }).first().dblclick();
  await expect(search).toBeVisible();
}

/** From the desktop to an image's page, by searching for it. */
export async function openImage(page: Page, title: string): Promise<void> {
  await openHub(page);
  await page.getByRole("searchbox", { name: "Search images" }).fill(title);
  await page.getByRole("link", { name: title, exact: false }).first().click();
  await expect(page.getByRole("heading", { name: title, exact: true })).toBeVisible();
}

/** Presses Install on an image's page and again in the dialog, once the plan is there. */
export async function install(page: Page, title: string): Promise<void> {
  await page
    .getByRole("button", { name: /^Install/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: `Install ${title}` }).click();
}

/** Waits for the dialog to say that it is done, and closes it. */
export async function waitInstalled(page: Page, title: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(`${title} is ready and on your desktop.`)).toBeVisible({ timeout: 45_000 });
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(dialog).toBeHidden();
}

/** The icon of an installed app on the desktop. */
export function icon(page: Page, title: string) {
  return page
    .getByRole("listbox", { name: "Apps on the desktop" })
    .getByRole("option", { name: new RegExp(title) });
}

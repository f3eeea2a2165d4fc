import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "./hub.ts";
import { emptied, openHub } from "./steps.ts";

const INSTALLATION = { apiVersion: "hub.sealos.io/v1alpha1", kind: "Installation", namespace: "ns-alice" };
const REPOSITORY = { apiVersion: "hub.sealos.io/v1alpha1", kind: "Repository" };

/** A hidden repository, of an organization that alice is no member of. */
async function hidden(hub: { cluster: import("../lib/cluster/index.ts").Cluster }): Promise<void> {
  const ref = { ...REPOSITORY, name: "closed.hidden" };
  if (await hub.cluster.find(ref)) return;
  await hub.cluster.create({
    ...REPOSITORY,
    metadata: { name: ref.name },
    spec: { organization: "closed", repository: "hidden", visibility: "private", title: "Hidden thing" },
  });
}

test("A search marks its words, also in the piece of a README that holds them, and facets narrow it", async ({
  person,
}) => {
  const page = await person("alice");
  await page.goto(`${new URL(page.url()).origin}/hub`);
  const search = page.getByRole("searchbox", { name: "Search images" });
  await search.fill("postg");
  const card = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "PostgreSQL" }) });
  await expect(card.getByRole("heading").locator("mark")).toHaveText("Postg");
  await search.fill("zaland");
  await expect(card.locator("mark").first()).toHaveText("Zaland");
  await expect(card).toContainText("From the README:");
  await search.fill("");
  const filters = page.getByRole("navigation", { name: "Filters" });
  await filters.getByRole("link", { name: /^postgresql \d/ }).click();
  await expect(page).toHaveURL(/needs=acid\.zalan\.do%2Fpostgresql/);
  await expect(page.getByRole("heading", { name: "AFFiNE" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Uptime Kuma" })).toBeHidden();
  await page.reload();
  await expect(filters.getByRole("link", { name: /^postgresql \d/ })).toHaveAttribute("aria-current", "true");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.getByRole("heading", { name: "Uptime Kuma" })).toBeVisible();
});

test("A narrow page has the same filters, and the keyboard reaches them", async ({ person }) => {
  const page = await person("alice", { viewport: { width: 390, height: 844 } });
  await page.goto(`${new URL(page.url()).origin}/hub`);
  await page.getByRole("button", { name: "Filters", exact: true }).focus();
  await page.keyboard.press("Enter");
  const verified = page.getByRole("link", { name: /^Verified publisher \d/ });
  await verified.focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/verified=true/);
});

test("An install link signs in first, fills in the form, takes no secret, and installs nothing by itself", async ({
  hub,
  browser,
  person,
}) => {
  await (await person("alice")).close();
  await emptied(hub, "ns-alice");
  const context = await browser.newContext({ locale: "en-US" });
  const page = await context.newPage();
  await page.goto(
    `${hub.url}/install/labring/linked?tag=latest&input.greeting=hello&input.token=hunter2&input.nonsense=1`,
  );
  await page.getByRole("button", { name: /alice/i }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(/nothing has been installed yet/i)).toBeVisible();
  await expect(dialog.locator('[name="greeting"]')).toHaveValue("hello");
  await expect(dialog.locator('[name="token"]')).toHaveValue("");
  await expect(dialog.getByText("Secrets are not taken from links. Type it here: token")).toBeVisible();
  await expect(dialog.getByText(/does not have: nonsense/)).toBeVisible();
  await expect(page).not.toHaveURL(/hunter2|input\./);
  expect((await hub.cluster.list(INSTALLATION)).items).toEqual([]);
  await context.close();
});

test("A link to a private image is answered like one to an image that is not there", async ({
  hub,
  person,
}) => {
  await hidden(hub);
  const page = await person("alice");
  const said = async (name: string) => {
    await page.goto(`${hub.url}/install/closed/${name}?input.a=1`);
    const main = page.getByText(`closed/${name} could not be read`);
    await expect(main).toBeVisible();
    await expect(page.getByRole("dialog")).toBeHidden();
    const embed = await page.request.get(`${hub.url}/hub/closed/${name}?embed`);
    const badge = await page.request.get(`${hub.url}/badge/closed/${name}.svg`);
    return [embed.status(), await embed.text(), badge.status(), await badge.text()];
  };
  expect(await said("hidden")).toEqual(await said("absent"));
});

test("A sign-in link leads back to our own pages only", async ({ hub, browser }) => {
  for (const elsewhere of [
    "https://example.com/",
    "//example.com",
    "/\\example.com",
    "javascript:alert(1)",
  ]) {
    const context = await browser.newContext({ locale: "en-US" });
    const page = await context.newPage();
    await page.goto(`${hub.url}/signin?callbackUrl=${encodeURIComponent(elsewhere)}`);
    await page.getByRole("button", { name: /alice/i }).click();
    await page.waitForURL((url) => url.pathname !== "/signin");
    expect(new URL(page.url()).origin).toBe(hub.url);
    await context.close();
  }
});

test("Other sites may frame the card of a public image, and no other page", async ({ hub, browser }) => {
  const pages = [
    "/hub/labring/affine?embed",
    "/hub/labring/affine",
    "/install/labring/affine?embed",
    "/hub?embed",
    "/embed/labring/affine",
    "/signin?embed",
  ];
  const frames = pages.map((path, at) => `<iframe name="f${at}" src="${hub.url}${path}"></iframe>`).join("");
  const server = createServer((_, response) =>
    response.setHeader("content-type", "text/html").end(`<!doctype html>${frames}`),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const context = await browser.newContext({ locale: "en-US" });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { waitUntil: "load" });
  const card = page.frameLocator('[name="f0"]');
  await expect(card.getByRole("heading", { name: "AFFiNE" })).toBeVisible();
  const link = card.getByRole("link");
  await expect(link).toHaveCount(1);
  await expect(link).toHaveAttribute("target", "_blank");
  expect(await card.getByRole("button").count()).toBe(0);
  const framed = ["/hub/labring/affine?embed", "/embed/labring/affine"];
  for (const [at, path] of pages.entries()) {
    const may = framed.includes(path);
    const {
      "content-security-policy": policy,
      "x-frame-options": options,
      ...headers
    } = (await context.request.get(`${hub.url}${path}`, { maxRedirects: may ? 1 : 0 })).headers();
    const ancestors = /frame-ancestors ([^;]*)/.exec(policy ?? "")?.[1];
    expect([path, ancestors, options]).toEqual([path, may ? "*" : "'none'", may ? undefined : "DENY"]);
    if (may) expect(headers["set-cookie"]).toBeUndefined();
    else expect(page.frame({ name: `f${at}` })?.url()).toMatch(/^chrome-error:/);
  }
  await context.close();
  await new Promise((resolve) => server.close(resolve));
});

test("Titles are text everywhere they are shown, whatever is in them", async ({ hub, person }) => {
  const evil = `</title><script>window.hit=1</script><img src=x onerror="window.hit=1">"'&`;
  const page = await person("alice");
  await hub.cluster.apply(
    {
      ...REPOSITORY,
      metadata: { name: "closed.evil" },
      spec: {
        organization: "closed",
        repository: "evil",
        title: evil,
        description: evil,
        keywords: ["evilword"],
      },
    },
    { fieldManager: "test", force: true },
  );
  await expect
    .poll(async () => (await page.request.get(`${hub.url}/badge/closed/evil.svg`)).status())
    .toBe(200);
  const badge = await page.request.get(`${hub.url}/badge/closed/evil.svg?lang=zh`);
  expect(await badge.text()).not.toMatch(/<(script|img)/);
  expect(badge.headers()["content-type"]).toContain("image/svg+xml");
  const embed = await (await page.request.get(`${hub.url}/hub/closed/evil?embed`)).text();
  expect(embed).not.toMatch(/<script|onerror="/);
  await openHub(page);
  await page.getByRole("searchbox", { name: "Search images" }).fill("script");
  await expect(page.getByRole("heading", { level: 3 }).locator("mark").first()).toHaveText("script");
  expect(await page.evaluate(() => "hit" in window)).toBe(false);
  await hub.cluster.delete({ ...REPOSITORY, name: "closed.evil" });
});

import type { Page } from "@playwright/test";
import { refOf } from "../lib/cluster/index.ts";
import { API_VERSION, type Installation, type Session } from "../lib/model/resources.ts";
import { expectProblem, objectsAtRest, objectsOf, send } from "./behind.ts";
import { expect, type RunningHub, signIn, test } from "./hub.ts";

const NAMESPACE = "ns-alice";
const INSTALLATIONS = `/api/namespaces/${NAMESPACE}/installations`;

/** Ends every session of this person, as an administrator would with kubectl. */
async function endSessions({ cluster }: RunningHub, user: string): Promise<void> {
  const { items } = await cluster.list<Session>({
    apiVersion: API_VERSION,
    kind: "Session",
    namespace: "sealos-system",
  });
  const theirs = items.filter(({ spec }) => spec.user === user);
  expect(theirs.length).toBeGreaterThan(0);
  for (const session of theirs) await cluster.delete(refOf(session));
}

async function uninstall(page: Page, hub: RunningHub, name: string): Promise<void> {
  await send(page, hub, "DELETE", `${INSTALLATIONS}/${name}`);
  const ref = { apiVersion: API_VERSION, kind: "Installation", namespace: NAMESPACE, name };
  await expect.poll(() => hub.cluster.find(ref)).toBeUndefined();
}

test("offers to sign in again when the session ends in the middle of an install, which goes on meanwhile", async ({
  hub,
  person,
}) => {
  const page = await person("alice");
  await page.goto(`${hub.url}/hub/labring/ten-objects`);
  const since = await page.evaluate(() => performance.timeOrigin);
  await page.getByRole("main").getByRole("button", { name: "Install Ten objects" }).first().click();
  const dialog = page.getByRole("dialog").filter({ hasText: "Ten objects" });
  const install = dialog.getByRole("button", { name: "Install Ten objects" });
  await expect(install).toBeEnabled();

  // Stopped, the manager leaves the install where it is.
  hub.processes.manager?.kill("SIGSTOP");
  const again = page.getByRole("dialog", { name: "Sign in again" });
  try {
    await install.click();
    await expect(dialog.getByText("You may close this: it goes on by itself.")).toBeVisible();
    await endSessions(hub, "alice");
    await expect(again).toBeVisible();
    await expect(again).toContainText("Your session has ended. This page stays as it is");
    await expectProblem(await send(page, hub, "GET", "/api/session"), 401, "signed-out");
  } finally {
    hub.processes.manager?.kill("SIGCONT");
  }
  const ref = { apiVersion: API_VERSION, kind: "Installation", namespace: NAMESPACE, name: "ten-objects" };
  await expect.poll(async () => (await hub.cluster.get<Installation>(ref)).status?.phase).toBe("Running");

  await again.getByRole("button", { name: /Alice/ }).click();
  await expect(again).toBeHidden();
  await expect(dialog.getByText("Ten objects is ready and on your desktop.")).toBeVisible();
  expect(await page.evaluate(() => performance.timeOrigin)).toBe(since);
  await uninstall(page, hub, "ten-objects");
});

test("changes nothing when the session has ended before Install is pressed, and keeps what was filled in", async ({
  hub,
  person,
}) => {
  const page = await person("alice");
  await page.goto(`${hub.url}/hub/labring/asks`);
  await page.getByRole("main").getByRole("button", { name: "Install Asks for inputs" }).first().click();
  const colour = page.getByRole("textbox", { name: "Colour" });
  await colour.fill("green");
  await expect(page.getByRole("button", { name: "Install Asks for inputs" }).last()).toBeEnabled();
  const objects = await objectsAtRest(hub);
  await endSessions(hub, "alice");
  const again = page.getByRole("dialog", { name: "Sign in again" });
  await expect(again).toBeVisible();
  const refused = await send(page, hub, "POST", INSTALLATIONS, {
    image: "labring/asks",
    inputs: { colour: "green" },
  });
  const problem = await expectProblem(refused, 401, "signed-out");
  expect(problem.detail).toBe("Your session has ended. Sign in again; nothing was changed.");
  expect(await objectsOf(hub)).toEqual(objects);
  await again.getByRole("button", { name: /Alice/ }).click();
  await expect(again).toBeHidden();
  await expect(colour).toHaveValue("green");
});

test("ends the session on the server at sign-out: other tabs say so, and the old cookie is worth nothing", async ({
  hub,
  person,
}) => {
  const page = await person("bob");
  const other = await page.context().newPage();
  await other.goto(`${hub.url}/hub`);
  await expect(other.getByRole("searchbox", { name: "Search images" })).toBeVisible();
  const cookies = await page.context().cookies();
  expect(cookies.filter(({ name }) => /session/.test(name))).not.toEqual([]);
  for (const { name, httpOnly, sameSite } of cookies.filter(({ name }) => /session/.test(name)))
    expect({ name, httpOnly, sameSite }).toEqual({ name, httpOnly: true, sameSite: "Lax" });

  await page.getByRole("button", { name: "Account: Bob" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("button", { name: /alice/i })).toBeVisible();
  await expect(other.getByRole("dialog", { name: "Sign in again" })).toBeVisible();

  await page.context().addCookies(cookies);
  await expectProblem(await send(page, hub, "GET", "/api/session"), 401, "signed-out");
  await expectProblem(
    await send(page, hub, "GET", "/api/stream?namespace=ns-bob&topic=installations"),
    401,
    "signed-out",
  );
});

test("asks a visitor without a session to sign in, and leads back to the page they wanted", async ({
  hub,
  browser,
}) => {
  const context = await browser.newContext({ locale: "zh-CN" });
  const page = await context.newPage();
  await page.goto(`${hub.url}/hub/labring/asks?tab=tags`);
  await page.getByRole("button", { name: /alice/i }).click();
  await expect(page.getByRole("heading", { name: "Asks for inputs" })).toBeVisible();
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe("/hub/labring/asks?tab=tags");
  await context.close();
});

test("does not lead to another site after signing in", async ({ hub, browser }) => {
  for (const target of [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
  ]) {
    const context = await browser.newContext({ locale: "en-US" });
    const page = await context.newPage();
    await page.goto(`${hub.url}/signin?callbackUrl=${encodeURIComponent(target)}`);
    await page.getByRole("button", { name: /alice/i }).click();
    await expect(page.getByRole("list", { name: "Apps on the desktop" })).toBeVisible();
    expect(new URL(page.url()).origin).toBe(hub.url);
    await context.close();
  }
});

test("believes no cookie that it has not made", async ({ hub, browser }) => {
  const context = await browser.newContext({ locale: "en-US" });
  const page = await context.newPage();
  await signIn(page, hub, "bob");
  const cookies = await context.cookies();
  const session = cookies.find(({ name }) => /sealos-session/.test(name));
  expect(session).toBeDefined();
  if (!session) return;
  const last = session.value.at(-5) === "A" ? "B" : "A";
  const bent = session.value.slice(0, -5) + last + session.value.slice(-4);
  for (const value of [bent, "", "alice", btoa('{"uid":"alice","sid":"1"}'), "e30.e30.e30"]) {
    await context.addCookies([{ ...session, value }]);
    await expectProblem(await send(page, hub, "GET", "/api/session"), 401, "signed-out");
  }
  await context.close();
});

test("says what is the matter while a workspace is not ready, instead of showing nothing", async ({
  hub,
  person,
}) => {
  const page = await person("alice");
  let asked = 0;
  await page.route("**/api/session", async (route) => {
    if (++asked > 1) return; // The server waits as well; it is as if it never ended.
    const detail = "Your workspace is not ready yet.";
    const problem = { type: "about:blank#cluster-unreachable", title: "Not now", status: 503, detail };
    await route.fulfill({ status: 503, json: { ...problem, code: "cluster-unreachable" } });
  });
  await page.goto(hub.url);
  await expect(page.getByText("Your workspace is not ready yet.")).toBeVisible();
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

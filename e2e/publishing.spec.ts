import { generateKeyPairSync } from "node:crypto";
import type { Page } from "@playwright/test";
import { isNotFound } from "../lib/cluster/index.ts";
import {
  API_VERSION,
  type Organization,
  type OrganizationRole,
  type Repository,
} from "../lib/model/resources.ts";
import { inLayout, Layout, publicKeyOf, signImage } from "../lib/oci/index.ts";
import { send } from "./behind.ts";
import { expect, type RunningHub, test } from "./hub.ts";

/** Makes people members of the organization whose images the hub has in its store. */
async function letIn(
  { cluster }: RunningHub,
  users: string[],
  role: OrganizationRole = "publisher",
): Promise<void> {
  const ref = { apiVersion: API_VERSION, kind: "Organization", name: "labring" };
  const members = users.map((user) => ({ user, role }));
  await cluster.patch<Organization>(ref, { spec: { members } }, { type: "merge" });
}

const EDITED = [
  { apiVersion: API_VERSION, kind: "Organization", name: "labring" },
  { apiVersion: API_VERSION, kind: "Repository", name: "labring.ten-objects" },
  { apiVersion: API_VERSION, kind: "Repository", name: "labring.asks" },
];
const MADE = [
  { kind: "Repository", name: "globex.shop" },
  { kind: "Organization", name: "globex" },
];
const before = new Map<string, unknown>();

// One hub serves every browser test, and the others know these images by their own names. One that has just started is
// still filling its catalogue.
test.beforeEach(async ({ hub: { cluster } }) => {
  for (const ref of EDITED) {
    const specOf = async () => (await cluster.find<Organization | Repository>(ref))?.spec;
    await expect.poll(specOf).toBeDefined();
    before.set(ref.name, await specOf());
  }
});
test.afterEach(async ({ hub: { cluster } }) => {
  for (const ref of EDITED)
    await cluster.patch(ref, [{ op: "replace", path: "/spec", value: before.get(ref.name) }], {
      type: "json",
    });
  const installed = {
    apiVersion: API_VERSION,
    kind: "Installation",
    namespace: "ns-bob",
    name: "ten-objects",
  };
  await cluster.delete(installed).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
  await expect.poll(() => cluster.find(installed)).toBeUndefined();
  // What a first try made would stand in the way of a second one.
  for (const ref of MADE)
    await cluster.delete({ apiVersion: API_VERSION, ...ref }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
});

const field = (page: Page, label: string) => page.getByRole("textbox", { name: label, exact: true });
const save = (page: Page) => page.getByRole("button", { name: "Save", exact: true });

test("a person makes an organization, lets another in by a link, and publishes; wrong words are said at their field", async ({
  hub,
  person,
}) => {
  const alice = await person("alice");
  await alice.goto(`${hub.url}/hub/-/organizations`);
  await alice.getByRole("button", { name: "New organization" }).click();
  await field(alice, "Name").fill("labring");
  await alice.getByRole("button", { name: "Make organization" }).click();
  await expect(alice.getByText("is kept for the Hub itself")).toBeVisible();
  await field(alice, "Name").fill("globex");
  await field(alice, "Title").fill("Globex");
  await alice.keyboard.press("Enter");
  await expect(alice.getByRole("heading", { name: "Globex" })).toBeVisible();

  await alice.getByRole("button", { name: "Make a link" }).click();
  const link = await alice.locator("code", { hasText: "/hub/-/join" }).textContent();
  const bob = await person("bob");
  await bob.goto(`${hub.url}${new URL(link ?? "").pathname}${new URL(link ?? "").search}`);
  await bob.getByRole("button", { name: "Join", exact: true }).click();
  await expect(bob.getByRole("heading", { name: "Globex" })).toBeVisible();

  await bob.getByRole("link", { name: "Publish", exact: true }).click();
  await field(bob, "Name").fill("shop");
  await field(bob, "Registry and name").fill("registry.example.com/globex/shop:1.0");
  await bob.getByLabel("Private").check();
  await bob.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(bob.getByText("Leave out the tag")).toBeVisible();
  await field(bob, "Registry and name").fill("registry.example.com/globex/shop");
  await bob.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(bob.getByRole("heading", { name: "Edit", exact: true })).toBeVisible();

  const admin = await person("admin");
  const seen = await send(admin, hub, "GET", "/api/hub/repositories?q=shop");
  expect(await seen.text()).not.toContain("globex");
  for (const path of ["", "/readme", "/icon"])
    expect((await send(admin, hub, "GET", `/api/hub/repositories/globex/shop${path}`)).status()).toBe(404);
});

test("what is written in the page is what everybody sees and installs, and can be undone", async ({
  hub,
  person,
}) => {
  await letIn(hub, ["alice"]);
  const alice = await person("alice");
  await alice.goto(`${hub.url}/hub/labring/ten-objects`);
  await alice.getByRole("link", { name: "Edit", exact: true }).click();
  await field(alice, "Title (English)").fill("Ten things");
  await field(alice, "README (English)").fill("# All ten\n\n<script>alert(1)</script>\n\nOf them.");
  const preview = alice.getByRole("region", { name: "Preview: README (English)" });
  await expect(preview.getByRole("heading", { name: "All ten" })).toBeVisible();
  await expect(preview).not.toContainText("alert");

  await alice.reload();
  await expect(alice.getByText("These are your unsaved changes")).toBeVisible();
  await expect(field(alice, "Title (English)")).toHaveValue("Ten things");
  await save(alice).click();
  await expect(alice.getByText("Saved.")).toBeVisible();

  const bob = await person("bob");
  await bob.goto(`${hub.url}/hub/labring/ten-objects`);
  await expect(bob.getByRole("heading", { name: "Ten things" })).toBeVisible();
  await expect(bob.getByRole("heading", { name: "All ten" })).toBeVisible();
  await expect(bob.getByRole("link", { name: "Edit", exact: true })).toHaveCount(0);
  await bob.getByRole("button", { name: "Install Ten things" }).click();
  await expect(bob.getByRole("dialog")).toContainText("Ten things");
  await bob
    .getByRole("dialog")
    .getByRole("button", { name: /^Install/ })
    .click();
  await expect(bob.getByRole("button", { name: "Open Ten things" })).toBeVisible();

  await field(alice, "Title (English)").fill("Eleven things");
  await save(alice).click();
  await expect(alice.getByText("Saved.")).toBeVisible();
  await alice.getByRole("link", { name: "History" }).click();
  await expect(alice.getByRole("listitem").filter({ hasText: "changed 1 field" })).toContainText(
    "Eleven things",
  );
  await alice.getByRole("button", { name: "Restore" }).first().click();
  await expect(alice.getByText("restored an earlier state")).toBeVisible();
  await expect(bob.getByRole("heading", { name: "Ten things" })).toBeVisible();
});

test("an owner's demand keeps unsigned images out, and what was signed says with which key", async ({
  hub,
  person,
}) => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { fingerprint, pem } = publicKeyOf(publicKey);
  await letIn(hub, ["alice"], "owner");
  const alice = await person("alice");
  await alice.goto(`${hub.url}/hub/-/organizations/labring`);
  const demand = alice.getByRole("switch", { name: "Only signed images are installed" });
  await demand.click();
  await expect(alice.getByText("has no public key yet")).toBeVisible();
  await field(alice, "Public key").fill("-----BEGIN PUBLIC KEY-----");
  await alice.getByRole("button", { name: "Add key" }).click();
  await expect(alice.getByText("This is no public key for images")).toBeVisible();
  await field(alice, "Public key").fill(pem);
  await alice.getByRole("button", { name: "Add key" }).click();
  await expect(alice.getByRole("button", { name: `Remove the key ${fingerprint}` })).toBeVisible();
  await demand.click();
  await expect(demand).toBeChecked();

  const bob = await person("bob");
  await bob.goto(`${hub.url}/hub/labring/ten-objects`);
  await expect(bob.getByText("Not signed")).toBeVisible();
  const dialog = bob.getByRole("dialog");
  const install = bob.getByRole("button", { name: "Install Ten objects" });
  await install.click();
  await expect(dialog.getByText("is not signed, and images of labring have to be").first()).toBeVisible();
  await expect(dialog.getByRole("button", { name: /^Install/ })).toBeDisabled();
  await bob.keyboard.press("Escape");

  const layout = new Layout(hub.contentDir);
  const image = await layout.resolve("labring/ten-objects:latest");
  await signImage(inLayout(layout, "labring/ten-objects"), image?.digest ?? "", privateKey);
  await expect(bob.getByText("Signed", { exact: true })).toBeAttached();
  await expect(bob.getByRole("complementary")).toContainText(fingerprint.slice(-6));
  await install.click();
  await expect(dialog.getByRole("button", { name: /^Install/ })).toBeEnabled();
});

test("two who edit at once lose nothing: other fields are kept, the same field is shown to the second", async ({
  hub,
  person,
}) => {
  await letIn(hub, ["alice", "bob"]);
  const [alice, bob] = [await person("alice"), await person("bob")];
  for (const page of [alice, bob]) await page.goto(`${hub.url}/hub/labring/asks/edit`);
  await field(alice, "Description (English)").fill("By Alice");
  await field(bob, "Keywords").fill("by, bob");
  await save(alice).click();
  await expect(alice.getByText("Saved.")).toBeVisible();
  await save(bob).click();
  await expect(
    bob.getByText("What others changed meanwhile was kept as well: Description (English)."),
  ).toBeVisible();
  await expect(field(bob, "Description (English)")).toHaveValue("By Alice");

  await alice.reload();
  await expect(field(alice, "Keywords")).toHaveValue("by, bob");
  await field(alice, "Title (English)").fill("Alice's title");
  await field(bob, "Title (English)").fill("Bob's title");
  await save(bob).click();
  await expect(bob.getByText("Saved.")).toBeVisible();
  await save(alice).click();
  const conflict = alice.getByRole("alert", { name: "Somebody else changed the same" });
  await expect(conflict).toContainText("Bob's title");
  await expect(conflict).toContainText("Alice's title");
  await expect(field(alice, "Title (English)")).toHaveValue("Alice's title");
  await conflict.getByRole("button", { name: "Keep mine: Title (English)" }).click();
  await save(alice).click();
  await expect(alice.getByText("Saved.")).toBeVisible();
  const detail = await send(bob, hub, "GET", "/api/hub/repositories/labring/asks");
  expect((await detail.json()).card.title).toBe("Alice's title");
});

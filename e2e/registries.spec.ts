import type { Page } from "@playwright/test";
import { isNotFound } from "../lib/cluster/index.ts";
import { packLayer } from "../lib/images/index.ts";
import { API_VERSION } from "../lib/model/resources.ts";
import { descriptorOf, encodeJson, mediaTypes, Registry } from "../lib/oci/index.ts";
import { type RegistryDouble, startDouble } from "../tools/registry/index.ts";
import { send } from "./behind.ts";
import { expect, test } from "./hub.ts";

const PASSWORD = "correct-horse";
let registry: RegistryDouble;

test.beforeEach(async () => {
  registry = await startDouble();
  registry.fault = ({ headers }, response) => {
    const known = `Basic ${Buffer.from(`bot:${PASSWORD}`).toString("base64")}`;
    if (headers.authorization === known) return false;
    response.writeHead(401, { "www-authenticate": 'Basic realm="test"' }).end();
    return true;
  };
});
test.afterEach(async ({ hub: { cluster } }) => {
  await registry.close();
  for (const ref of [
    { kind: "Repository", name: "harbour.shop" },
    { kind: "Organization", name: "harbour" },
  ])
    await cluster.delete({ apiVersion: API_VERSION, ...ref }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
});

const file = (text: string) => new TextEncoder().encode(text);

/** Pushes an image of one layer. */
async function push(name: string, tag: string, layer: Buffer): Promise<void> {
  const client = new Registry({
    registry: registry.host,
    credentials: async () => ({ username: "bot", password: PASSWORD }),
  });
  const config = encodeJson({ architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: [] } });
  const blobs = [
    { data: config, descriptor: descriptorOf(mediaTypes.config, config) },
    { data: layer, descriptor: descriptorOf(mediaTypes.layer, layer) },
  ];
  for (const { data, descriptor } of blobs)
    await client.pushBlob(name, {
      descriptor,
      open: async function* (start) {
        yield data.subarray(start);
      },
    });
  const [first, ...layers] = blobs.map(({ descriptor }) => descriptor);
  const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config: first, layers };
  await client.pushManifest(name, tag, encodeJson(manifest));
}

/** An app whose containers come from this registry and from one that nobody allowed. */
const shop = () =>
  packLayer(
    new Map([
      [
        "app.yaml",
        file(`apiVersion: app.sealos.io/v1
kind: Template
metadata: { name: shop }
spec: { title: Shop, description: Sells things., version: 1.0.0 }
`),
      ],
      [
        "manifests/app.yaml",
        file(`apiVersion: v1
kind: Pod
metadata: { name: shop }
spec:
  containers:
    - { name: web, image: "${registry.host}/team/web:1" }
    - { name: side, image: "nginx:1.29-alpine" }
`),
      ],
      ["README.md", file("# Shop\n\nSells things.\n")],
    ]),
  );

const field = (page: Page, label: string) => page.getByRole("textbox", { name: label, exact: true });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

test("a publisher signs the Hub in to a registry, sees what it has while typing, and reads how indexing goes", async ({
  hub,
  person,
}) => {
  const alice = await person("alice", { permissions: ["clipboard-read", "clipboard-write"] });
  expect((await send(alice, hub, "POST", "/api/hub/organizations", { name: "harbour" })).status()).toBe(201);
  await push("harbour/shop", "1.0.0", await shop());
  await push("team/web", "1", Buffer.alloc(3 * 1024 * 1024, "web"));

  await test.step("credentials that the registry refuses are not kept; those it takes are, without showing them", async () => {
    await alice.goto(`${hub.url}/hub/-/organizations/harbour`);
    await expect(alice.getByText("Images that anybody can pull need none.")).toBeVisible();
    await button(alice, "Add a registry").click();
    await field(alice, "Registry").fill(registry.host);
    await field(alice, "User").fill("bot");
    await field(alice, "Password or token").fill("wrong");
    await alice.keyboard.press("Enter");
    await expect(alice.getByText("does not accept this user and password")).toBeVisible();
    await field(alice, "Password or token").fill(PASSWORD);
    await button(alice, "Sign in and save").click();
    const row = alice.getByRole("listitem").filter({ hasText: registry.host });
    await expect(row).toContainText("as bot");
    await expect(row.getByRole("status")).toHaveText("Signed in");
    expect(await alice.content()).not.toContain(PASSWORD);
  });

  await test.step("what is typed as a source is answered in a sentence", async () => {
    await alice.getByRole("link", { name: "Publish", exact: true }).click();
    await field(alice, "Name").fill("shop");
    const source = field(alice, "Registry and name");
    await source.fill("169.254.169.254/harbour/shop");
    await expect(alice.getByText("by the rule REGISTRY_ALLOW")).toBeVisible();
    await source.fill(`${registry.host}/harbour/nothing`);
    await expect(alice.getByText("there is no tag yet")).toBeVisible();
    await source.fill(`${registry.host}/harbour/shop`);
    await expect(alice.getByText(`${registry.host} answers: 1 tag to publish.`)).toBeVisible();
    await button(alice, "Publish").click();
    await expect(alice.getByRole("heading", { name: "Edit", exact: true })).toBeVisible();
  });

  await test.step("the image's page says when its registry was looked at, and what stands in the way", async () => {
    await expect
      .poll(async () => (await send(alice, hub, "GET", "/api/hub/repositories/harbour/shop")).status())
      .toBe(200);
    await alice.goto(`${hub.url}/hub/harbour/shop`);
    await expect(alice.getByText(/^Checked /)).toBeVisible();
    const { fault } = registry;
    registry.fault = (_, response) => {
      response.writeHead(403).end();
      return true;
    };
    await button(alice, "Check now").click();
    const trouble = alice.getByRole("region", { name: "The registry could not be read" });
    await expect(trouble).toContainText("does not let the Hub read it");
    await expect(trouble).toContainText("the tag that was known stays listed");
    await expect(alice.getByRole("heading", { name: "Shop", level: 1 })).toBeVisible();
    registry.fault = fault as NonNullable<typeof fault>;
    await button(alice, "Check now").click();
    await expect(trouble).toBeHidden();
  });

  await test.step("sizes are shown where they may be asked for, and the rest is calm", async () => {
    await button(alice, "Sizes and digests").click();
    await expect(alice.getByText("3 MiB", { exact: true })).toBeVisible();
    await expect(alice.getByText("Size not known here")).toBeVisible();
    await expect(
      alice.getByText("The Hub asks only the registries that its administrators allow."),
    ).toBeVisible();
  });

  await test.step("link and badge are copied by keyboard", async () => {
    await button(alice, "Copy link").press("Enter");
    await expect(alice.getByRole("status").filter({ hasText: "Copied" }).first()).toBeAttached();
    expect(await alice.evaluate(() => navigator.clipboard.readText())).toBe(
      `${hub.url}/install/harbour/shop`,
    );
    await button(alice, "Copy badge").press("Enter");
    await expect
      .poll(() => alice.evaluate(() => navigator.clipboard.readText()))
      .toContain(`(${hub.url}/badge/harbour/shop.svg)`);
  });

  await test.step("what is removed is gone, and a source there asks for a sign-in again", async () => {
    await alice.goto(`${hub.url}/hub/-/organizations/harbour`);
    const remove = alice.getByRole("button", { name: `Remove ${registry.host}` });
    await remove.click();
    await remove.last().click();
    await expect(alice.getByText("Images that anybody can pull need none.")).toBeVisible();
    await alice.goto(`${hub.url}/hub/-/publish?organization=harbour`);
    await field(alice, "Registry and name").fill(`${registry.host}/harbour/shop`);
    await expect(alice.getByText("asks who you are")).toBeVisible();
    await expect(alice.getByRole("link", { name: "Registries of harbour" })).toBeVisible();
  });
});

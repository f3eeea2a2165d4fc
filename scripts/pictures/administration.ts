import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { type RunningHub, signIn } from "../../e2e/hub.ts";
import type { ContentStore } from "../../lib/images/index.ts";
import { makePublic } from "../../lib/manager/testing/choice.ts";
import { allow, application, shipped } from "../../lib/manager/testing/cluster.ts";
import { API_VERSION, type Image } from "../../lib/model/resources.ts";

const SHOP = `apiVersion: acid.zalan.do/v1
kind: postgresql
metadata: { name: shop }
spec: { teamId: acid, numberOfInstances: 1, postgresql: { version: "17" }, volume: { size: 10Gi } }
`;

const UPKEEP = {
  title: "Upkeep on Sunday",
  text: "Apps pause for **ten minutes** at six in the morning. [What happens](https://status.example.com)",
  i18n: { zh: { title: "周日维护", text: "应用将在早上六点暂停 **十分钟**。" } },
  severity: "warning",
};

/** A second provider of PostgreSQL, by another organization that is trusted, and an app that needs one. */
async function furnish({ cluster, content }: RunningHub & { content: ContentStore }): Promise<void> {
  for (const [name, displayName, trusted] of [
    ["acme", "Acme", true],
    ["newcomer", "Newcomer", false],
  ] as const)
    await cluster.apply(
      { apiVersion: API_VERSION, kind: "Organization", metadata: { name }, spec: { displayName, trusted } },
      { fieldManager: "pictures", force: true },
    );
  await usage(cluster);
  const files = new Map(await shipped("providers/postgres"));
  const header = new TextDecoder().decode(files.get("app.yaml"));
  files.set("app.yaml", new TextEncoder().encode(header.replace(/title: .*/, "title: Acme PostgreSQL")));
  await makePublic(cluster, "acme/postgres:2.0.0");
  await content.put("acme/postgres:2.0.0", files);
  await allow(cluster, "acme/postgres:2.0.0", files);
  await content.put("labring/shop:1.0.0", application("shop", SHOP));
}

/** Prices, and what the workspaces used yesterday. */
async function usage(cluster: RunningHub["cluster"]): Promise<void> {
  const prices = "currency: EUR\nprices: { cpu: 0.02, memory: 0.003, storage: 0.0001 }\n";
  await cluster.create({
    ...{ apiVersion: "v1", kind: "ConfigMap", data: { "prices.yaml": prices } },
    metadata: { name: "hub-prices", namespace: "sealos-system" },
  });
  const name = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  for (const [namespace, hours] of [
    ["ns-alice", 212],
    ["ns-admin", 31],
  ] as const) {
    const ref = { apiVersion: API_VERSION, kind: "Usage", namespace };
    await cluster.create({ ...ref, metadata: { name, namespace }, spec: {} });
    const app = {
      cpuSeconds: hours * 3600,
      memoryByteSeconds: hours * 2 * 3600 * 2 ** 30,
      storageByteSeconds: 0,
      cost: hours * 26_000,
    };
    const status = { currency: "EUR", apps: { shop: app } };
    await cluster.patch({ ...ref, name }, { status }, { type: "merge", subresource: "status" });
  }
}

/** Waits until the manager has looked at both. */
async function indexed({ cluster }: RunningHub): Promise<void> {
  for (let turn = 0; turn < 60; turn++) {
    const { items } = await cluster.list<Image>({ apiVersion: API_VERSION, kind: "Image" });
    const known = (name: string) =>
      items.find(({ spec }) => spec.repository === name)?.status?.conditions !== undefined;
    if (known("acme.postgres") && known("labring.shop")) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error("the manager has not looked at the images");
}

/** The pictures of docs/administration.md. */
export async function administrationPictures(
  hub: RunningHub & { content: ContentStore },
  browser: Browser,
  folder: string,
): Promise<void> {
  const open = async (account: "admin" | "alice") => {
    const page = await browser.newPage({ viewport: { width: 1200, height: 760 }, locale: "en-US" });
    await signIn(page, hub, account);
    return page;
  };
  const shoot = (page: Page, name: string) =>
    page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
  const alice = await open("alice");
  const root = await open("admin");
  await furnish(hub);
  await indexed(hub);

  await alice.goto(`${hub.url}/hub/labring/shop`);
  await alice
    .getByRole("button", { name: /^Install/ })
    .first()
    .click();
  await alice.getByRole("radio", { name: /acme\/postgres/ }).waitFor();
  await shoot(alice, "choice");

  await root.goto(`${hub.url}/administration`);
  // The first is for narrow pages.
  await root.getByText("€5.51").last().waitFor();
  await shoot(root, "administration");
  await root.goto(`${hub.url}/administration?tab=trust`);
  await root.getByRole("button", { name: "Trust Newcomer" }).waitFor();
  await shoot(root, "trust");
  await root.goto(`${hub.url}/administration?tab=announcements`);
  await root.getByRole("button", { name: "Write an announcement" }).click();
  await root.getByLabel("Severity").selectOption("warning");
  await root.getByRole("textbox", { name: "Title", exact: true }).fill(UPKEEP.title);
  await root.getByRole("textbox", { name: "Text", exact: true }).fill(UPKEEP.text);
  await root.getByLabel("Title in Chinese").fill(UPKEEP.i18n.zh.title);
  await shoot(root, "announcements");

  await hub.cluster.create({
    ...{ apiVersion: API_VERSION, kind: "Announcement" },
    metadata: { name: "upkeep" },
    spec: UPKEEP,
  });
  await alice.goto(hub.url);
  await alice.getByText(UPKEEP.title).waitFor();
  await shoot(alice, "announcement");
  await hub.cluster.delete({ apiVersion: API_VERSION, kind: "Announcement", name: "upkeep" });
  await root.close();
  await alice.close();
}

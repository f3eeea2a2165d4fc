import { join } from "node:path";
import type { Browser } from "@playwright/test";
import { type RunningHub, signIn } from "../../e2e/hub.ts";
import { installed } from "../../e2e/steps.ts";
import { API_VERSION } from "../../lib/model/resources.ts";

const NAMESPACE = "ns-alice";
const TYPE = { apiVersion: "acid.zalan.do/v1", kind: "postgresql" };

/** The pictures of docs/actions.md. */
export async function actionsPictures(hub: RunningHub, browser: Browser, folder: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 820 }, locale: "en-US" });
  await signIn(page, hub, "alice");
  await installed(hub, NAMESPACE, "postgres", "labring/postgres:latest");
  await hub.cluster.discovery.refresh();
  await hub.cluster.create({
    ...TYPE,
    metadata: { name: "orders", namespace: NAMESPACE },
    spec: {
      ...{ teamId: "acid", numberOfInstances: 2, volume: { size: "10Gi" }, postgresql: { version: "16" } },
      users: { shop: [] },
    },
  });
  const run = (name: string, action: string, inputs: Record<string, string>) =>
    hub.cluster.create({
      ...{ apiVersion: API_VERSION, kind: "ActionRun" },
      metadata: { name, namespace: NAMESPACE },
      spec: { instance: { ...TYPE, name: "orders" }, action, inputs },
    });
  const shoot = (name: string) =>
    page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
  await page.goto(`${hub.url}/providers/labring.postgres/postgresqls/orders?tab=actions&action=update`);
  await page.getByRole("button", { name: "Run", exact: true }).scrollIntoViewIfNeeded();
  await shoot("actions-form");
  await run("orders-1", "create-database", { database: "invoices", owner: "shop" });
  await run("orders-2", "scale", { instances: "3" });
  await run("orders-3", "resize", { size: "5Gi" });
  await page.goto(`${hub.url}/providers/labring.postgres/postgresqls/orders?tab=actions`);
  const runs = page.getByRole("region", { name: "Runs" });
  await runs.getByText("Failed", { exact: true }).waitFor();
  await runs.getByText("Done", { exact: true }).nth(1).waitFor();
  await runs.scrollIntoViewIfNeeded();
  await runs.evaluate((section) => section.scrollIntoView({ block: "end" }));
  await shoot("actions-runs");
  await page.close();
}

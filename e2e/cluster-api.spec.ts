import { readFile } from "node:fs/promises";
import type { Locator } from "@playwright/test";
import { expect, test } from "./hub.ts";
import { aliceIsKnown, emptied, installed, openApp } from "./steps.ts";

const cluster = { apiVersion: "cluster.x-k8s.io/v1beta2", kind: "Cluster" };
const running = (window: Locator, count: number) =>
  expect(window.getByText(`Running: ${count} of ${count} ready.`)).toBeVisible();

test.beforeEach(async ({ hub, person }) => {
  await aliceIsKnown(hub, person);
  await emptied(hub, "ns-alice", [cluster]);
  await installed(hub, "ns-alice", "cluster-api", "labring/cluster-api:latest");
});

// A cluster left behind would keep other tests from uninstalling its provider.
test.afterEach(({ hub }) => emptied(hub, "ns-alice", [cluster]));

test("a whole cluster from a form shows its machines, gives its kubeconfig, grows, is upgraded and goes", async ({
  hub,
  person,
}) => {
  const page = await person("alice");
  const window = await openApp(page, "Kubernetes clusters");
  await window.getByRole("link", { name: "Create Kubernetes cluster" }).click();
  await window.getByRole("textbox", { name: /^Name/ }).first().fill("demo");
  await window.getByRole("combobox", { name: /^Kubernetes version/ }).selectOption({ label: "v1.34.13" });
  // The cluster counts a kind that it has just learnt of half a minute later, and takes none of it until then.
  await expect(window.getByText("The cluster accepts it")).toBeVisible();
  await window.getByRole("button", { name: "Create Kubernetes cluster" }).click();
  await running(window, 2);
  const machines = window.getByRole("tabpanel").getByRole("listitem");
  await expect(machines).toHaveText([/Running.*demo.*v1\.34\.13/, /Running.*demo.*v1\.34\.13/]);

  const saved = page.waitForEvent("download");
  await window.getByRole("button", { name: "Save demo.kubeconfig" }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe("demo.kubeconfig");
  expect(await readFile(await file.path(), "utf8")).toContain("current-context: demo-admin@demo");

  await window.getByRole("tab", { name: "Actions" }).click();
  await window.getByRole("button", { name: "Choose: Change the number of workers" }).click();
  await window.getByRole("textbox", { name: /^Workers/ }).fill("2");
  await window.getByRole("button", { name: "Run", exact: true }).click();
  await running(window, 3);

  await window.getByRole("button", { name: "Choose: Change the version" }).click();
  const version = window.getByRole("combobox", { name: /^Kubernetes version/ });
  await expect(version.getByRole("option", { name: /^v/ })).toHaveText(["v1.35.10"]);
  await version.selectOption("v1.35.10");
  await window.getByRole("button", { name: "Run", exact: true }).click();
  await window.getByRole("tab", { name: /^Machines/ }).click();
  await expect(machines.filter({ hasText: "v1.35.10" })).toHaveCount(3);
  await running(window, 3);

  await hub.cluster.delete({ ...cluster, namespace: "ns-alice", name: "demo" });
  await expect(window.getByText("demo was deleted")).toBeVisible();
});

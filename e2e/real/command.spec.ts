import { API_VERSION, annotation, type Installation } from "../../lib/model/resources.ts";
import { aliceIsKnown, emptied, install, openImage, openInstall, waitInstalled } from "../steps.ts";
import { expect, test } from "./hub.ts";

const NAMESPACE = "ns-alice";

test.beforeEach(async ({ hub, person }) => {
  await aliceIsKnown(hub, person);
  await emptied(hub, NAMESPACE);
});

test("An older image's script runs in a container, and what it made goes with the app", async ({
  hub,
  person,
}) => {
  const page = await person("alice");
  await openImage(page, "Older");
  const dialog = await openInstall(page, "Older");
  await expect(
    dialog.getByText(/This image runs a program.*It runs: bash entrypoint\.sh/).first(),
  ).toBeVisible();
  await dialog.getByRole("button", { name: "Install Older", exact: true }).click();
  await waitInstalled(page, "Older");
  const own = (kind: string, name: string) =>
    hub.cluster.find<{ apiVersion: string; kind: string; metadata: { name: string }; data?: object }>({
      ...{ apiVersion: "v1", kind, namespace: NAMESPACE, name },
    });
  expect((await own("ConfigMap", "older"))?.data).toEqual({ made: "by-the-script" });
  expect((await own("Secret", "older-mode"))?.data).toEqual({ mode: btoa("quick") });
  const reference = { apiVersion: API_VERSION, kind: "Installation", namespace: NAMESPACE, name: "older" };
  const { status } = await hub.cluster.get<Installation>(reference);
  expect(status?.inventory?.map(({ name }) => name)).toEqual(expect.arrayContaining(["older", "older-mode"]));
  // For good, past the bin: Secrets would stay there.
  const annotations = { [annotation.volumes]: "delete" };
  await hub.cluster.patch(reference, { metadata: { annotations } }, { type: "merge" });
  await hub.cluster.delete(reference);
  await expect.poll(() => hub.cluster.find(reference), { timeout: 60_000 }).toBeUndefined();
  expect(await own("ConfigMap", "older")).toBeUndefined();
  expect(await own("Secret", "older-mode")).toBeUndefined();
});

test("A script that may not do what it wants is told with its last words", async ({ person }) => {
  const page = await person("alice");
  await openImage(page, "Broken");
  await install(page, "Broken");
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText(
    /The container command crashes with exit code 1\. It last said: .*roles\.rbac\.authorization\.k8s\.io.*forbidden/,
    { timeout: 60_000 },
  );
});

test("an action's output grows on the page while it runs, and cancelling ends its container", async ({
  hub,
  person,
}) => {
  const page = await person("alice");
  await openImage(page, "Older");
  await install(page, "Older");
  await waitInstalled(page, "Older");
  await page.goto(`${hub.url}/installations/older?tab=actions`);
  await page.getByRole("button", { name: "Choose: Count" }).click();
  await page.getByRole("textbox", { name: "hold" }).fill("yes");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const output = page.getByRole("region", { name: "Output of Count" });
  await expect(output).toContainText("the mode is quick", { timeout: 60_000 });
  await expect(page.getByText("Step 2 of 3")).toBeVisible();
  await expect(output).not.toContainText("count 6");
  await expect(output).toContainText("count 6", { timeout: 20_000 });
  await expect(page.getByText("Step 3 of 3")).toBeVisible();
  await expect(page.getByText(/of at most 2:00/)).toBeVisible();
  await page.getByRole("button", { name: "Stop: Count" }).click();
  await expect(page.getByText("Cancelled", { exact: true })).toBeVisible({ timeout: 20_000 });
  await expect(output).toContainText("count 6");
  const jobs = await hub.cluster.list({ apiVersion: "batch/v1", kind: "Job", namespace: NAMESPACE });
  expect(jobs.items.filter(({ metadata }) => metadata.name?.startsWith("count-"))).toEqual([]);
});

import { makePublic, providerOf, userOf } from "../lib/manager/testing/choice.ts";
import { allow } from "../lib/manager/testing/cluster.ts";
import { API_VERSION, type Image, type Provider } from "../lib/model/resources.ts";
import { expect, test } from "./hub.ts";
import { aliceIsKnown, emptied, openImage, openInstall, waitInstalled } from "./steps.ts";

const NAMESPACE = "ns-alice";

test.afterEach(({ hub }) => emptied(hub, NAMESPACE));

test("where two providers bring what an app needs, a person sees both and why one is taken, and chooses the other", async ({
  hub,
  person,
}, info) => {
  await aliceIsKnown(hub, person);
  await hub.cluster.apply(
    { apiVersion: API_VERSION, kind: "Organization", metadata: { name: "acme" }, spec: { trusted: true } },
    { fieldManager: "test", force: true },
  );
  for (const reference of ["acme/lamp:1.0.0", "labring/lamp:1.0.0"]) {
    await makePublic(hub.cluster, reference);
    await hub.content.put(reference, providerOf("Lamp"));
    await allow(hub.cluster, reference, providerOf("Lamp"));
  }
  await hub.content.put("labring/uses-lamp:1.0.0", userOf("Lamp"));
  const found = () =>
    hub.cluster.find({ apiVersion: API_VERSION, kind: "Repository", name: "labring.uses-lamp" });
  await expect.poll(async () => (await found()) !== undefined).toBe(true);
  const objection = async () => {
    const { items } = await hub.cluster.list<Image>({
      apiVersion: API_VERSION,
      kind: "Image",
    });
    return items.filter(
      ({ metadata, status }) => /\.lamp\./.test(metadata.name) && status?.conditions && !status.objection,
    ).length;
  };
  await expect.poll(objection).toBe(2);

  const page = await person("alice");
  await openImage(page, "uses-lamp");
  const dialog = await openInstall(page, "uses-lamp");
  const choices = dialog.getByRole("group", { name: "For Lamp (choice.example.com/v1)" });
  await expect(choices.getByText("lamp is the first by name; another can be chosen.")).toBeVisible();
  await expect(choices.getByRole("radio", { name: /acme\/lamp:1\.0\.0/ })).toBeChecked();
  await choices.getByRole("radio", { name: /labring\/lamp:1\.0\.0/ }).check();
  await expect(choices.getByText("lamp (labring/lamp:1.0.0) was chosen.")).toBeVisible();
  await page.screenshot({ path: info.outputPath("choice.png"), animations: "disabled" });
  await dialog.getByRole("button", { name: "Install uses-lamp", exact: true }).click();
  await waitInstalled(page, "uses-lamp");
  const { items } = await hub.cluster.list<Provider>({ apiVersion: API_VERSION, kind: "Provider" });
  expect(items.map(({ metadata }) => metadata.name).filter((name) => name.endsWith(".lamp"))).toEqual([
    "labring.lamp",
  ]);
});

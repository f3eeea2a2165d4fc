import type { Page } from "@playwright/test";
import type { KubernetesObject } from "../../lib/model/kubernetes.ts";
import { API_VERSION, type Installation } from "../../lib/model/resources.ts";
import {
  aliceIsKnown,
  emptied,
  icon,
  install,
  openApp,
  openImage,
  openInstall,
  waitInstalled,
} from "../steps.ts";
import { LAST_WORDS, PAGE } from "./containers.ts";
import { expect, type RealHub, test } from "./hub.ts";

const NAMESPACE = "ns-alice";

async function podsOf(hub: RealHub, installation: string): Promise<string[]> {
  const deployments = await hub.cluster.list<
    KubernetesObject & { spec: { selector: { matchLabels: { app: string } } } }
  >({
    apiVersion: "apps/v1",
    kind: "Deployment",
    namespace: NAMESPACE,
    labelSelector: `hub.sealos.io/installation=${installation}`,
  });
  const app = deployments.items[0]?.spec.selector.matchLabels.app;
  const pods = await hub.cluster.list({
    apiVersion: "v1",
    kind: "Pod",
    namespace: NAMESPACE,
    labelSelector: `app=${app}`,
  });
  return pods.items.map(({ metadata }) => metadata.name);
}

/** Fills in the one input, and installs. */
async function installWith(page: Page, title: string, field: string, value: string): Promise<void> {
  const dialog = await openInstall(page, title);
  await dialog.getByRole("textbox", { name: field }).fill(value);
  await dialog.getByRole("button", { name: `Install ${title}`, exact: true }).click();
}

/** The workspace's quota, which is made a moment after the first sign-in. */
async function quotaOf(hub: RealHub) {
  const quota = { apiVersion: "v1", kind: "ResourceQuota", namespace: NAMESPACE, name: "quota" };
  type Quota = KubernetesObject & { spec: { hard: Record<string, string> } };
  await expect.poll(() => hub.cluster.find<Quota>(quota)).toBeDefined();
  const { spec } = await hub.cluster.get<Quota>(quota);
  const setHard = (hard: Record<string, string>) =>
    hub.cluster.patch(quota, { spec: { hard } }, { type: "merge" });
  return { hard: spec.hard, setHard };
}

const failureOf = (page: Page) => page.getByRole("dialog").getByRole("alert");

test.beforeEach(async ({ hub, person }) => {
  await aliceIsKnown(hub, person);
  await emptied(hub, NAMESPACE);
});

test("An installed application serves its page from its container, logs there, and takes commands", async ({
  hub,
  person,
}) => {
  const page = await person("alice");
  await openImage(page, "Pages");
  await install(page, "Pages");
  await waitInstalled(page, "Pages");
  await openApp(page, "Pages");
  await expect(page.frameLocator('iframe[title="Pages"]').getByRole("heading", { name: PAGE })).toBeVisible();

  const [pod = ""] = await podsOf(hub, "pages");
  // The server's own log has the request that the browser made through the ingress controller.
  await expect.poll(() => hub.kubectlAs(NAMESPACE, "alice", "logs", pod)).toMatch(/response:200/);
  const command = ["/bin/busybox", "cat", "/www/index.html"];
  expect(await hub.kubectlAs(NAMESPACE, "alice", "exec", pod, "--", ...command)).toContain(PAGE);
  const whose = ["/bin/busybox", "hostname"];
  expect((await hub.kubectlAs(NAMESPACE, "alice", "exec", pod, "--", ...whose)).trim()).toBe(pod);
});

test("A container that crashes shows its exit code and its last words", async ({ person }) => {
  const page = await person("alice");
  await openImage(page, "Crash");
  await install(page, "Crash");
  const failure = failureOf(page);
  await expect(failure).toContainText(
    `The container main crashes with exit code 3. It last said: ${LAST_WORDS}`,
    { timeout: 60_000 },
  );
  const log = failure.getByRole("region", { name: "Last lines of the log" });
  await expect(log).toContainText("starting");
  await expect(log).toContainText(LAST_WORDS);
});

test("A program that the image does not have is named", async ({ person }) => {
  const page = await person("alice");
  await openImage(page, "Unknown program");
  await install(page, "Unknown program");
  await expect(failureOf(page)).toContainText(/The container main crashes.*\/no\/such\/program/, {
    timeout: 60_000,
  });
});

test("An image that nobody pushed is named, and another tag mends it", async ({ hub, person }) => {
  const page = await person("alice");
  await openImage(page, "Missing");
  await install(page, "Missing");
  const failure = failureOf(page);
  await expect(failure).toContainText(
    "The image registry.example.com/tests/pages:nobody-pushed-this cannot be pulled. Check its name and tag, and that the registry can be reached.",
    { timeout: 60_000 },
  );
  await failure.getByRole("button", { name: "Change inputs" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Tag" }).fill("1");
  await dialog.getByRole("button", { name: "Apply changes" }).click();
  await expect(dialog.getByText("Missing is ready and on your desktop.")).toBeVisible({ timeout: 60_000 });
  // The pod of the image that is not there goes once its successor is ready.
  await expect.poll(() => podsOf(hub, "missing")).toHaveLength(1);
});

test("A pod that fits on no node says what there is too little of", async ({ hub, person }) => {
  const node = await hub.cluster.get<KubernetesObject & { status: { capacity: { cpu: string } } }>({
    apiVersion: "v1",
    kind: "Node",
    name: "node-1",
  });
  const cores = Number(node.status.capacity.cpu) + 1;
  const { hard, setHard } = await quotaOf(hub);
  await setHard({ "requests.cpu": String(cores + 1), "limits.cpu": String(cores + 1) });
  try {
    const page = await person("alice");
    await openImage(page, "Large");
    await installWith(page, "Large", "Cores", String(cores));
    await expect(failureOf(page)).toContainText(
      /No node has room for the pod large-\S+: 0\/1 nodes are available: 1 Insufficient cpu\. Ask for less, or for more nodes\./,
      { timeout: 60_000 },
    );
  } finally {
    await setHard(hard);
  }
});

test("A full quota is said before installing, and of what it stops later", async ({ hub, person }) => {
  const { hard, setHard } = await quotaOf(hub);
  const page = await person("alice");
  await openImage(page, "Pages");
  await install(page, "Pages");
  await waitInstalled(page, "Pages");
  try {
    await setHard({ "requests.cpu": "10m" });
    await page.goto(`${hub.url}/hub/labring/crash`);
    const dialog = await openInstall(page, "Crash");
    await expect(
      dialog
        .getByText(
          /The quota of the workspace is too small: requests\.cpu has 0 cores left of 0\.01 cores, 0\.1 cores are needed/,
        )
        .first(),
    ).toBeVisible();
    await expect(dialog.getByRole("button", { name: "Install Crash", exact: true })).toBeDisabled();

    // The pod that runs is lost, and its successor finds the quota too small.
    await setHard({ "requests.cpu": "5m" });
    for (const name of await podsOf(hub, "pages"))
      await hub.cluster.delete({ apiVersion: "v1", kind: "Pod", namespace: NAMESPACE, name });
    const installation = {
      apiVersion: API_VERSION,
      kind: "Installation",
      namespace: NAMESPACE,
      name: "pages",
    };
    const said = async () => {
      const { status } = await hub.cluster.get<Installation>(installation);
      return `${status?.code}: ${status?.message}`;
    };
    await expect.poll(said, { timeout: 60_000 }).toMatch(/^quota-exceeded: .*requests\.cpu/);
    await page.goto(hub.url);
    await expect(icon(page, "Pages")).toHaveAccessibleName(/^Pages, /);
    await expect(icon(page, "Pages")).not.toHaveAccessibleName(/Running/);
  } finally {
    await setHard(hard);
  }
});

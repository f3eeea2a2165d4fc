import type { Page } from "@playwright/test";
import type { ApiObject } from "../lib/cluster/index.ts";
import { application } from "../lib/manager/testing/cluster.ts";
import { API_VERSION, type Installation } from "../lib/model/resources.ts";
import { expect, type RunningHub, test } from "./hub.ts";
import {
  appWindow,
  emptied,
  icon,
  install,
  installed,
  openApp,
  openImage,
  openInstall,
  uninstall,
  waitInstalled,
  without,
} from "./steps.ts";

/** The whole life of what is installed, as one person sees it: one story per mode of image. */
const NAMESPACE = "ns-alice";
const BACKUP = { apiVersion: "mysql.oracle.com/v2", kind: "MySQLBackup" };
const MYSQL = { apiVersion: "mysql.oracle.com/v2", kind: "InnoDBCluster" };

/** An app with an address, a password drawn once, and data. */
const journal = (tag: string) =>
  application(
    "journal",
    `
apiVersion: v1
kind: Secret
metadata: { name: journal }
stringData: { password: "\${{ defaults.password }}" }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: journal }
data: { greeting: "\${{ inputs.greeting }}" }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: journal }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 64Mi } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: journal }
spec:
  replicas: 2
  selector: { matchLabels: { app: journal } }
  template:
    metadata: { labels: { app: journal } }
    spec:
      volumes: [{ name: data, persistentVolumeClaim: { claimName: journal } }]
      containers:
        - name: journal
          image: docker.io/library/nginx:${tag}
          ports: [{ name: http, containerPort: 80 }]
          volumeMounts: [{ name: data, mountPath: /data }]
          resources: { requests: { cpu: 10m, memory: 16Mi }, limits: { cpu: 10m, memory: 16Mi } }
---
apiVersion: v1
kind: Service
metadata: { name: journal }
spec: { selector: { app: journal }, ports: [{ name: http, port: 80, targetPort: http }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: journal }
spec:
  ingressClassName: nginx
  rules:
    - host: \${{ defaults.host }}.\${{ SEALOS_CLOUD_DOMAIN }}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: { service: { name: journal, port: { name: http } } }
`,
    `defaults:
  password: { type: string, value: "\${{ random(16) }}" }
  host: { type: string, value: "journal-\${{ random(8) }}" }
inputs:
  greeting: { type: string, title: Greeting, default: hello }`,
  );

/** What of the app only it has, and what should outlive every step. */
async function own({ cluster }: RunningHub) {
  const get = (apiVersion: string, kind: string) =>
    cluster.get<ApiObject & { data?: Record<string, string>; spec?: { replicas?: number } }>({
      apiVersion,
      kind,
      namespace: NAMESPACE,
      name: "journal",
    });
  const [secret, claim, config, deployment] = await Promise.all([
    get("v1", "Secret"),
    get("v1", "PersistentVolumeClaim"),
    get("v1", "ConfigMap"),
    get("apps/v1", "Deployment"),
  ]);
  return {
    password: secret.data?.password,
    volume: claim.metadata.uid,
    greeting: config.data?.greeting,
    replicas: deployment.spec?.replicas,
  };
}

async function chooseFromIcon(page: Page, title: string, item: string): Promise<void> {
  await icon(page, title).click({ button: "right" });
  await page.getByRole("menuitem", { name: item }).click();
}

async function closeHub(page: Page): Promise<void> {
  await appWindow(page, "Image Hub").getByRole("button", { name: "Close", exact: true }).click();
}

const clear = async ({ hub }: { hub: RunningHub }) => {
  await emptied(hub, NAMESPACE, [BACKUP, MYSQL]);
  await emptied(hub, "ns-bob");
};
test.beforeEach(clear);
test.afterEach(clear);

test("an app: installed, used, changed, upgraded, gone back from a bad version, stopped, started, uninstalled and undone", async ({
  hub,
  person,
}) => {
  await hub.content.put("labring/journal:1.0.0", journal("1.27"));
  const page = await person("alice");
  const app = icon(page, "journal");

  // The catalogue learns of it within seconds.
  await expect(() => openImage(page, "journal")).toPass({ timeout: 45_000 });
  const dialog = await openInstall(page, "journal");
  // Who thinks better of it by keyboard is back where they were.
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Install journal", exact: true }).first()).toBeFocused();
  await openInstall(page, "journal");
  await dialog.getByRole("button", { name: "Install journal", exact: true }).click();
  await waitInstalled(page, "journal");
  await closeHub(page);
  await openApp(page, "journal");
  const frame = page.frameLocator('iframe[title="journal"]');
  await expect(frame.getByRole("heading", { name: "This is a simulated app" })).toBeVisible();
  const first = await own(hub);
  expect(first).toMatchObject({ greeting: "hello", replicas: 2 });

  await chooseFromIcon(page, "journal", "Details");
  const details = appWindow(page, "journal: details");
  const tab = (name: string) => details.getByRole("tab", { name, exact: true }).click();
  const running = () => expect(app).toHaveAttribute("data-status", "Running");
  /** The icon may still tell of what was before. */
  const keeps = (what: Awaited<ReturnType<typeof own>>) =>
    expect(async () => expect(await own(hub)).toEqual(what)).toPass({ timeout: 45_000 });
  await expect(details.getByRole("tabpanel", { name: "Overview" })).toContainText("apps.");
  await tab("Pods");
  await expect(details.getByRole("button", { name: /^Logs of journal-/ })).toHaveCount(2);
  await details
    .getByRole("button", { name: /^Logs of journal-/ })
    .first()
    .click();
  await expect(details.getByRole("region", { name: /^Logs of journal-/ })).toContainText("nginx:1.27");
  await tab("Inputs");
  await details.getByRole("textbox", { name: /^Greeting/ }).fill("good evening");
  await details.getByRole("button", { name: "Apply changes" }).click();
  await expect.poll(async () => (await own(hub)).greeting).toBe("good evening");
  await running();

  await hub.content.put("labring/journal:2.0.0", journal("1.28"));
  await details.getByRole("button", { name: "See what changes" }).click();
  await expect(dialog.getByRole("region", { name: "What will happen" })).toContainText("nginx:1.28");
  await dialog.getByRole("button", { name: "Upgrade journal to 2.0.0" }).click();
  await waitInstalled(page, "journal");

  await hub.content.put("labring/journal:3.0.0", journal("does-not-exist"));
  await expect(details.getByRole("region", { name: "3.0.0 is available" })).toBeVisible();
  await details.getByRole("button", { name: "See what changes" }).click();
  await dialog.getByRole("button", { name: "Upgrade journal to 3.0.0" }).click();
  const failure = dialog.getByRole("alert");
  await expect(failure).toContainText("nginx:does-not-exist");
  await failure.getByRole("button", { name: "Go back to 2.0.0" }).click();
  await expect(dialog).toContainText("Revision 3");
  await dialog.getByRole("button", { name: "Go back to 2.0.0" }).click();
  await expect(dialog).toBeHidden();
  await running();
  await keeps({ ...first, greeting: "good evening" });

  await chooseFromIcon(page, "journal", "Stop");
  await expect(app).toHaveAttribute("data-status", "Suspended");
  await expect.poll(async () => (await own(hub)).replicas).toBe(0);
  await details.getByRole("button", { name: "Start", exact: true }).click();
  await running();
  await keeps({ ...first, greeting: "good evening" });

  await tab("Timeline");
  const told = details.getByRole("listitem");
  for (const line of [
    "Installed",
    "Inputs changed",
    "Upgraded",
    "Failed",
    "Rolled back",
    "Stopped",
    "Started",
  ])
    await expect(told.filter({ hasText: new RegExp(`^${line}`) }).first()).toBeVisible();
  await expect(told.filter({ hasText: /^Rolled back/ })).toContainText("Alice on the page");

  await chooseFromIcon(page, "journal", "Uninstall…");
  await dialog.getByRole("button", { name: "Uninstall journal" }).click();
  await expect(appWindow(page, "journal")).toBeHidden();
  await page.getByRole("button", { name: "Undo" }).click();
  await running();
  await keeps({ ...first, greeting: "good evening" });
  const reference = { apiVersion: API_VERSION, kind: "Installation", namespace: NAMESPACE, name: "journal" };
  expect((await hub.cluster.get<Installation>(reference)).spec.image).toContain(":2.0.0");
  await openApp(page, "journal");
  await expect(frame.getByRole("heading", { name: "This is a simulated app" })).toBeVisible();
});

test("a database service: an instance is made, changed, raised, backed up and restored, and holds its service until it goes", async ({
  hub,
  person,
}) => {
  const page = await person("alice", { permissions: ["clipboard-read", "clipboard-write"] });
  await openImage(page, "MySQL");
  await install(page, "MySQL");
  await waitInstalled(page, "MySQL");
  await closeHub(page);

  const window = await openApp(page, "MySQL");
  await window.getByRole("link", { name: "Create MySQL cluster" }).click();
  await window.getByRole("textbox", { name: /^Name/ }).first().fill("ledger");
  await window.getByRole("combobox", { name: "Version" }).selectOption("8.4.7");
  await expect(window.getByText("The cluster accepts it")).toBeVisible();
  await window.getByRole("button", { name: "Create MySQL cluster" }).click();
  const ready = window.getByText("Running: 1 of 1 ready.");
  await expect(ready).toBeVisible();

  await expect(window.getByText("ledger.ns-alice.svc", { exact: true })).toBeVisible();
  await window.getByRole("button", { name: "Copy Password" }).click();
  await expect(window.getByRole("button", { name: "Copied" })).toBeVisible();
  const secret = await hub.cluster.get<ApiObject & { data: Record<string, string> }>({
    apiVersion: "v1",
    kind: "Secret",
    namespace: NAMESPACE,
    name: "ledger-root",
  });
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    Buffer.from(secret.data.rootPassword ?? "", "base64").toString(),
  );
  const ledger = () =>
    hub.cluster.get<ApiObject & { spec: object }>({ ...MYSQL, namespace: NAMESPACE, name: "ledger" });

  // By the form beside the YAML.
  await window.getByRole("tab", { name: "YAML" }).click();
  await window.getByRole("textbox", { name: "Routers" }).fill("2");
  await window.getByRole("button", { name: "Review changes" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("instances: 2")).toBeVisible();
  await dialog.getByRole("button", { name: "Apply changes" }).click();
  await expect(dialog).toBeHidden();
  await expect(ready).toBeVisible();

  await window.getByRole("tab", { name: "Actions" }).click();
  const choose = (action: string) => window.getByRole("button", { name: `Choose: ${action}` }).click();
  const run = () => window.getByRole("button", { name: "Run", exact: true }).click();
  const runs = window.getByRole("region", { name: "Runs" }).getByRole("listitem");
  await choose("Change the version");
  await expect(window.getByRole("combobox", { name: /^Version/ }).getByRole("option")).toHaveText([
    /./,
    "9.5.0",
  ]);
  await window.getByRole("combobox", { name: /^Version/ }).selectOption("9.5.0");
  await run();
  await expect(runs.filter({ hasText: "Change the version" })).toContainText("Done");
  await expect(ready).toBeVisible();
  expect(await ledger()).toMatchObject({ spec: { version: "9.5.0", router: { instances: 2 } } });

  // One that cannot be done says why at its field, and changes nothing.
  await choose("Open to the outside");
  await run();
  await expect(window.getByText(/quota has no room for a load balancer/)).toBeVisible();
  await window.getByRole("button", { name: "Cancel", exact: true }).click();

  await choose("Back up now");
  await run();
  await expect(runs.filter({ hasText: "Back up now" })).toContainText("Done");
  await window.getByRole("link", { name: "MySQL" }).click();
  await window.getByRole("link", { name: "Backup" }).click();
  const backup = window.getByRole("row", { name: /^ledger-\d{14}/ });
  await expect(backup).toContainText("Done");
  await backup.getByRole("button", { name: /^Actions for ledger-/ }).click();
  await page.getByRole("menuitem", { name: "Restore into a new cluster" }).click();
  await window.getByRole("combobox", { name: /^Version/ }).selectOption("9.5.0");
  await run();
  await expect(runs).toContainText("Done");
  await window.getByRole("link", { name: "MySQL" }).click();
  await window.getByRole("link", { name: "ledger-restored" }).click();
  await expect(ready).toBeVisible();

  await chooseFromIcon(page, "MySQL", "Uninstall…");
  const leave = dialog.getByRole("button", { name: "Uninstall MySQL" });
  await leave.click();
  const refusal = dialog.getByRole("alert");
  for (const name of ["ledger", "ledger-restored"]) await expect(refusal).toContainText(name);
  await dialog.getByRole("button", { name: "Cancel" }).click();

  await window.getByRole("button", { name: "Actions for ledger-restored" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await dialog.getByRole("textbox").fill("ledger-restored");
  await dialog.getByRole("button", { name: "Delete ledger-restored" }).click();
  await expect(window.getByRole("link", { name: "ledger-restored" })).toBeHidden();
  for (const type of [BACKUP, MYSQL]) await without(hub, NAMESPACE, type);
  await expect(window.getByText("No MySQL cluster yet")).toBeVisible();

  await uninstall(page, "MySQL");
  await expect(window).toBeHidden();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(icon(page, "MySQL")).toHaveAttribute("data-status", "Running");
  await expect((await openApp(page, "MySQL")).getByText("No MySQL cluster yet")).toBeVisible();
});

test("a tool that all share is linked, used, unlinked and linked again by undo, and runs once throughout", async ({
  hub,
  person,
}) => {
  const title = "Redis Insight";
  await (await person("bob")).close();
  await installed(hub, "ns-bob", "redisinsight", "labring/redisinsight:latest");
  const pods = async () =>
    (await hub.cluster.list({ apiVersion: "apps/v1", kind: "Deployment" })).items
      .filter(({ metadata }) => metadata.name.includes("redisinsight"))
      .map(({ metadata }) => [metadata.uid, metadata.generation]);
  const before = await pods();
  expect(before).toHaveLength(1);

  const page = await person("alice");
  await openImage(page, title);
  const dialog = await openInstall(page, title);
  await expect(dialog.getByText(/used as (it is|they are)/)).toBeVisible();
  await dialog.getByRole("button", { name: `Install ${title}`, exact: true }).click();
  await waitInstalled(page, title);
  await closeHub(page);
  const frame = page.frameLocator(`iframe[title="${title}"]`);
  const used = async () => {
    await openApp(page, title);
    await expect(frame.getByRole("heading", { name: "This is a simulated app" })).toBeVisible();
  };
  await used();
  // What runs for everybody is nobody's to stop.
  await icon(page, title).click({ button: "right" });
  await expect(page.getByRole("menuitem", { name: "Details" })).toBeVisible();
  await expect(page.getByRole("menuitem", { name: "Stop" })).toHaveCount(0);
  await page.keyboard.press("Escape");

  await uninstall(page, title);
  await expect(appWindow(page, title)).toBeHidden();
  expect(await pods()).toEqual(before);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(icon(page, title)).toHaveAttribute("data-status", "Running");
  await used();
  expect(await pods()).toEqual(before);
});

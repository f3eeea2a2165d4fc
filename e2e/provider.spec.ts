import { execFileSync } from "node:child_process";
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./hub.ts";
import { aliceIsKnown, emptied, installed, openApp } from "./steps.ts";

const postgresql = { apiVersion: "acid.zalan.do/v1", kind: "postgresql" };

/** The example of the PostgreSQL operator's own documentation. */
const spec = {
  teamId: "acid",
  volume: { size: "1Gi" },
  numberOfInstances: 3,
  users: { zalando: ["superuser", "createdb"], test_user: [] },
  databases: { test: "test" },
  preparedDatabases: { bar: {} },
  postgresql: { version: "14" },
};

const text = `apiVersion: acid.zalan.do/v1
kind: postgresql
metadata:
  name: acid-minimal-cluster
spec:
  teamId: "acid"
  volume:
    size: 1Gi
  numberOfInstances: 3
  users:
    zalando:  # database owner
    - superuser
    - createdb
    test_user: []  # role for application
  databases:
    test: test  # dbname: owner
  preparedDatabases:
    bar: {}
  postgresql:
    version: "14"
`;

/** Pastes a whole document over what is in the YAML editor. */
async function paste(page: Page, editor: Locator, document: string): Promise<void> {
  await editor.click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.evaluate((written) => navigator.clipboard.writeText(written), document);
  await page.keyboard.press("ControlOrMeta+v");
}

/** The form beside the YAML shows what the example says. */
async function expectExample(window: Locator): Promise<void> {
  await expect(window.getByRole("textbox", { name: "Instances" })).toHaveValue("3");
  await expect(window.getByRole("combobox", { name: "Version" })).toHaveValue(/14|4/);
  await expect(window.getByRole("textbox", { name: /^Storage per instance/ })).toHaveValue("1");
  const users = window.getByRole("group", { name: "Users", exact: true });
  const flags = (user: string) =>
    users.getByRole("group", { name: user }).getByRole("button", { pressed: true });
  await expect(flags("zalando")).toHaveText(["superuser", "createdb"]);
  await expect(users.getByRole("group", { name: "test_user" })).toBeVisible();
  await expect(flags("test_user")).toHaveCount(0);
  const databases = window.getByRole("group", { name: "Databases", exact: true });
  await expect(databases.getByRole("textbox", { name: "Name" })).toHaveValue("test");
}

const clipboard = { permissions: ["clipboard-read", "clipboard-write"] };

test.describe("PostgreSQL", () => {
  test.beforeEach(async ({ hub, person }) => {
    await aliceIsKnown(hub, person);
    await emptied(hub, "ns-alice", [postgresql]);
    await installed(hub, "ns-alice", "postgres", "labring/postgres:latest");
  });

  test("takes the operator's own example through the YAML editor", async ({ hub, person }) => {
    const page = await person("alice", clipboard);
    const window = await openApp(page, "PostgreSQL");
    await window.getByRole("link", { name: "Create PostgreSQL cluster" }).click();
    await paste(page, window.getByRole("textbox", { name: "YAML of the postgresql" }), text);
    await expect(window.getByRole("textbox", { name: /^Name/ }).first()).toHaveValue("acid-minimal-cluster");
    await expectExample(window);
    await expect(window.getByText("The cluster accepts it")).toBeVisible();
    await window.getByRole("button", { name: "Create PostgreSQL cluster" }).click();
    await expect(window.getByText("Running: 3 of 3 ready.")).toBeVisible();

    const made = await hub.cluster.get({
      ...postgresql,
      namespace: "ns-alice",
      name: "acid-minimal-cluster",
    });
    expect(made).toMatchObject({ spec });
    await window.getByRole("link", { name: "PostgreSQL" }).click();
    const row = window.getByRole("row", { name: /acid-minimal-cluster/ });
    await expect(row).toContainText("Running");
    await expect(row).toContainText("3/3");
    await expect(row).toContainText("14");

    const kubectl = process.env.KUBECTL;
    if (!kubectl) return;
    const listed = execFileSync(kubectl, ["get", "pgsql", "-n", "ns-alice"], {
      encoding: "utf8",
      env: { ...process.env, KUBECONFIG: hub.kubeconfig },
    });
    expect(listed).toMatch(/acid-minimal-cluster\s+acid\s+14\s+3\s+1Gi.*Running/);
  });

  test("shows at once what was made outside of it, and edits it in form and YAML", async ({
    hub,
    person,
  }) => {
    const page = await person("alice");
    const window = await openApp(page, "PostgreSQL");
    await expect(window.getByText("No PostgreSQL cluster yet")).toBeVisible();
    const ref = { namespace: "ns-alice", name: "acid-from-outside" };
    await hub.cluster.create({ ...postgresql, metadata: ref, spec });
    await expect(window.getByRole("row", { name: /acid-from-outside/ })).toContainText("Running");
    await window.getByRole("link", { name: "acid-from-outside" }).click();
    await window.getByRole("tab", { name: "YAML" }).click();
    await expectExample(window);

    await window.getByRole("textbox", { name: "Instances" }).fill("2");
    await window.getByRole("button", { name: "Review" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText("numberOfInstances: 2")).toBeVisible();
    await dialog.getByRole("button", { name: "Apply" }).click();
    await expect(dialog).toBeHidden();
    await expect(window.getByText("Running: 2 of 2 ready.")).toBeVisible();

    await hub.cluster.delete({ ...postgresql, ...ref });
    await expect(window.getByText("acid-from-outside was deleted")).toBeVisible();
  });

  test("says in the form and in the YAML what the cluster would refuse, and makes nothing", async ({
    hub,
    person,
  }) => {
    const page = await person("alice", clipboard);
    const window = await openApp(page, "PostgreSQL");
    await window.getByRole("link", { name: "Create PostgreSQL cluster" }).click();
    const instances = window.getByRole("textbox", { name: "Instances" });
    const create = window.getByRole("button", { name: "Create PostgreSQL cluster" });
    await instances.fill("many");
    await create.click();
    await expect(window.getByText("This must be a whole number")).toBeVisible();
    await instances.fill("1");
    await expect(window.getByText("This must be a whole number")).toBeHidden();

    await paste(page, window.getByRole("textbox", { name: "YAML of the postgresql" }), "spec: [not: closed");
    await expect(window.getByText(/The YAML cannot be read at the moment/)).toBeVisible();
    await expect(create).toBeDisabled();
    expect((await hub.cluster.list({ ...postgresql, namespace: "ns-alice" })).items).toEqual([]);
  });
});

const others = [
  {
    title: "Redis",
    image: "labring/redis:latest",
    name: "redis",
    kind: "Redis server",
    type: { apiVersion: "redis.redis.opstreelabs.in/v1beta2", kind: "Redis" },
  },
  {
    title: "MySQL",
    image: "labring/mysql:latest",
    name: "mysql",
    kind: "MySQL cluster",
    type: { apiVersion: "mysql.oracle.com/v2", kind: "InnoDBCluster" },
  },
];

for (const { title, image, name, kind, type } of others) {
  test(`${title}: an instance from the form reaches Running and shows its generated password`, async ({
    hub,
    person,
  }) => {
    await aliceIsKnown(hub, person);
    await emptied(hub, "ns-alice", [type]);
    await installed(hub, "ns-alice", name, image);
    const page = await person("alice");
    const window = await openApp(page, title);
    await window.getByRole("link", { name: `Create ${kind}` }).click();
    await window.getByRole("textbox", { name: /^Name/ }).first().fill("cache");
    await expect(window.getByText("The cluster accepts it")).toBeVisible();
    await window.getByRole("button", { name: `Create ${kind}` }).click();
    await expect(window.getByText(/^Running: (\d) of \1 ready\.$/)).toBeVisible();
    const password = window
      .getByRole("definition")
      .filter({ has: page.getByRole("button", { name: "Copy Password" }) });
    await expect(password).toContainText("hidden");
    await window.getByRole("button", { name: "Show secrets" }).click();
    await expect(password).toHaveText(/^\S{12,}$/);
    await hub.cluster.delete({ ...type, namespace: "ns-alice", name: "cache" });
    await expect(window.getByText("cache was deleted")).toBeVisible();
  });
}

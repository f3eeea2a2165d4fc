import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { type FreshHub, signIn } from "../../e2e/hub.ts";
import { API_VERSION, type Installation, type Repository } from "../../lib/model/resources.ts";
import { type MadeUp, madeUp } from "./made-up.ts";

const NAMESPACE = "ns-alice";
const TYPE = { apiVersion: API_VERSION, kind: "Installation" };
const WAIT_MS = 45_000;

interface Scene {
  hub: FreshHub;
  /** Alice's. */
  page: Page;
  shoot: (name: string) => Promise<void>;
}

/** Pictures of what comes after the install: upgrade, failure, rollback, rest, undo, troubleshooting, timeline. */
export async function secondDayPictures(hub: FreshHub, browser: Browser, folder: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 }, locale: "en-US" });
  await signIn(page, hub, "alice");
  const shoot = async (name: string) => {
    await page.evaluate(() => document.fonts.ready);
    await page.waitForFunction(() => [...document.images].every(({ complete }) => complete));
    await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
  };
  const scene = { hub, page, shoot };
  await create(hub, "uptime-kuma", "labring/uptime-kuma:latest");
  await publish(hub, notes("1.0.0", "1.27"));
  await create(hub, "field-notes", "labring/field-notes:1.0.0");
  await untilPhase(hub, "field-notes", "Running");
  await publish(hub, { ...notes("1.1.0", "1.28"), cpu: "100m" });
  await available(hub, "1.1.0");
  await hub.cluster.patch<Repository>(
    { apiVersion: API_VERSION, kind: "Repository", name: "labring.field-notes" },
    {
      spec: {
        tags: [
          {
            name: "1.1.0",
            releaseNotes: "Pictures are shown beside the text.\nSearching takes half the time.",
          },
          { name: "2.0.0", releaseNotes: "Notes can be shared with people outside." },
        ],
      },
    },
    { type: "merge" },
  );
  await upgrade(scene);
  await failAndGoBack(scene);
  await rest(scene);
  await troubleshoot(scene);
  await undo(scene);
  await page.close();
}

function notes(version: string, tag: string): MadeUp {
  return { name: "field-notes", title: "Field Notes", version, image: `docker.io/library/nginx:${tag}` };
}

async function publish({ content }: FreshHub, app: MadeUp): Promise<void> {
  await content.put(`labring/${app.name}:${app.version}`, madeUp(app));
}

async function create({ cluster }: FreshHub, name: string, image: string): Promise<void> {
  if (await cluster.find(nameOf(name))) return;
  await cluster.create({ ...TYPE, metadata: { name, namespace: NAMESPACE }, spec: { image } });
}

const nameOf = (name: string) => ({ ...TYPE, namespace: NAMESPACE, name });

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WAIT_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`It never came to this: ${what}`);
    await new Promise((done) => setTimeout(done, 200));
  }
}

function untilPhase({ cluster }: FreshHub, name: string, phase: string): Promise<void> {
  const reached = async () => (await cluster.get<Installation>(nameOf(name))).status?.phase === phase;
  return until(`${name} is ${phase}`, reached);
}

function available({ cluster }: FreshHub, tag: string): Promise<void> {
  const offered = async () =>
    (await cluster.get<Installation>(nameOf("field-notes"))).status?.available?.tag === tag;
  return until(`${tag} is offered`, offered);
}

async function upgrade({ hub, page, shoot }: Scene): Promise<void> {
  await page.goto(`${hub.url}/installations/field-notes`);
  await page.getByRole("region", { name: "1.1.0 is available" }).getByText("Searching takes").waitFor();
  await page.getByRole("button", { name: "See what changes" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("The pods of Deployment").waitFor();
  await dialog.getByText("nginx:1.28").first().waitFor();
  await shoot("upgrade");
  await dialog.getByRole("button", { name: "Upgrade Field Notes to 1.1.0" }).click();
  await dialog.getByText("Field Notes is ready and on your desktop.").waitFor({ timeout: WAIT_MS });
  await dialog.getByRole("button", { name: "Close" }).last().click();
}

async function failAndGoBack({ hub, page, shoot }: Scene): Promise<void> {
  await publish(hub, notes("2.0.0", "does-not-exist"));
  await available(hub, "2.0.0");
  await hub.cluster.patch(
    nameOf("field-notes"),
    { spec: { image: "labring/field-notes:2.0.0" } },
    { type: "merge" },
  );
  await page.goto(`${hub.url}/installations/field-notes`);
  const back = page.getByRole("button", { name: "Go back to 1.1.0" });
  await back.waitFor({ timeout: WAIT_MS });
  await shoot("upgrade-failed");
  await back.click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Revision 2").waitFor();
  await dialog.getByText("nginx:1.28").first().waitFor();
  await shoot("rollback");
  await dialog.getByRole("button", { name: "Go back to 1.1.0" }).click();
  await dialog.waitFor({ state: "hidden" });
  await untilPhase(hub, "field-notes", "Running");
  await page.goto(`${hub.url}/installations/field-notes?tab=versions`);
  await page.getByRole("list", { name: "Revisions" }).getByText("Now", { exact: true }).waitFor();
  await page.setViewportSize({ width: 1200, height: 1120 });
  await shoot("versions");
  await page.setViewportSize({ width: 1200, height: 800 });
}

async function rest({ hub, page, shoot }: Scene): Promise<void> {
  await page.goto(`${hub.url}/installations/field-notes?schedule=1`);
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Time zone").fill("Europe/Berlin");
  await dialog.getByText(/^Starts next on/).waitFor();
  await shoot("schedule");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "hidden" });
}

async function troubleshoot({ hub, page, shoot }: Scene): Promise<void> {
  await publish(hub, { ...notes("1.0.0", "crash"), name: "mail-relay", title: "Mail Relay" });
  await create(hub, "mail-relay", "labring/mail-relay:1.0.0");
  await untilPhase(hub, "mail-relay", "Failed");
  await page.goto(`${hub.url}/installations/mail-relay`);
  await page.getByRole("link", { name: "Troubleshoot" }).waitFor();
  await shoot("why-it-failed");
  await page.getByRole("link", { name: "Troubleshoot" }).click();
  await page.getByRole("region", { name: "Pods" }).getByText("fatal: simulated failure").first().waitFor();
  await shoot("troubleshoot");
}

async function undo({ hub, page, shoot }: Scene): Promise<void> {
  await page.goto(`${hub.url}/installations/field-notes`);
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: /^Stop(?! and)/ }).click();
  await untilPhase(hub, "field-notes", "Suspended");
  await page.goto(hub.url);
  for (const [app, title] of [
    ["mail-relay", "Mail Relay"],
    ["uptime-kuma", "Uptime Kuma"],
  ] as const) {
    const icon = page.getByRole("list", { name: "Apps on the desktop" }).getByRole("button", { name: title });
    await icon.click({ button: "right" });
    await page.getByRole("menuitem", { name: "Uninstall…" }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: `Uninstall ${title}` })
      .click();
    await icon.waitFor({ state: "hidden", timeout: WAIT_MS });
    await until(`${app} is gone`, async () => !(await hub.cluster.find(nameOf(app))));
  }
  await page.getByRole("button", { name: "Undo" }).last().waitFor();
  await shoot("undo");
  await page.goto(`${hub.url}/installations/-/bin`);
  await page.getByRole("button", { name: "Restore Uptime Kuma" }).waitFor();
  await shoot("bin");
  await page.goto(`${hub.url}/timeline`);
  await page.getByRole("listitem").filter({ hasText: "Rolled back" }).first().waitFor();
  await shoot("timeline");
}

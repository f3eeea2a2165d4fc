// Two figures that a person feels: from the click on Install to the icon, and from a change in the cluster to the page.
import { chromium } from "@playwright/test";
import { freshHub, signIn } from "../e2e/hub.ts";
import { quantile } from "./lib/quantile.ts";

const INSTALLS = 10;
const CHANGES = 200;
const APP = { apiVersion: "app.sealos.io/v1", kind: "App", name: "bench", namespace: "ns-alice" };

const hub = await freshHub({}, 1);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en-US" });
  await signIn(page, hub, "alice");

  const desktop = await browser.newContext({
    storageState: await page.context().storageState(),
    locale: "en-US",
  });
  const watcher = await desktop.newPage();
  await watcher.goto(hub.url);
  const icons = watcher.getByRole("list", { name: "Apps on the desktop" });
  await icons.waitFor();

  const toIcon: number[] = [];
  for (let round = 0; round < INSTALLS; round++) {
    await page.goto(`${hub.url}/hub/labring/ten-objects`);
    const again = page.getByRole("button", { name: /^Install/ }).first();
    await again.click();
    const button = page.getByRole("dialog").getByRole("button", { name: "Install Ten objects" });
    await button.waitFor();
    const began = performance.now();
    await button.click();
    await icons.getByText("Ten objects").waitFor();
    toIcon.push(performance.now() - began);
    await hub.cluster.delete({
      apiVersion: "hub.sealos.io/v1alpha1",
      kind: "Installation",
      name: "ten-objects",
      namespace: "ns-alice",
    });
    await icons.getByText("Ten objects").waitFor({ state: "detached" });
  }
  toIcon.sort((a, b) => a - b);
  process.stdout.write(
    `click on Install to icon, 10 objects   median ${quantile(toIcon, 0.5).toFixed(0)} ms, worst of ${INSTALLS} ${quantile(toIcon, 1).toFixed(0)} ms   (at most 1000)\n`,
  );

  await hub.cluster.create({
    apiVersion: APP.apiVersion,
    kind: APP.kind,
    metadata: { name: APP.name, namespace: APP.namespace },
    spec: { name: "tick 0", icon: "", type: "link", data: { url: "https://example.com/" } },
  });
  await icons.getByText("tick 0", { exact: true }).waitFor();
  // The page notes when each text appears, by the clock that this process reads too.
  await watcher.evaluate(() => {
    const seen: Record<string, number> = {};
    Object.assign(globalThis, { seen });
    new MutationObserver(() => {
      const text = /tick \d+/.exec(document.body.textContent ?? "")?.[0];
      if (text) seen[text] ??= Date.now();
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  const delays: number[] = [];
  for (let round = 1; round <= CHANGES; round++) {
    const began = Date.now();
    await hub.cluster.patch(APP, { spec: { name: `tick ${round}` } }, { type: "merge" });
    await icons.getByText(`tick ${round}`, { exact: true }).waitFor();
    const seen = await watcher.evaluate(
      (text) => (globalThis as unknown as { seen: Record<string, number> }).seen[text],
      `tick ${round}`,
    );
    if (seen) delays.push(seen - began);
  }
  delays.sort((a, b) => a - b);
  process.stdout.write(
    `change in the cluster to the page      median ${quantile(delays, 0.5)} ms, p95 ${quantile(delays, 0.95)} ms of ${delays.length}   (p95 at most 250)\n`,
  );
} finally {
  await browser.close();
  await hub.stop();
}

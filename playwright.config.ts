import { defineConfig } from "@playwright/test";
import { clusterKind } from "./tools/testing/kind.ts";
import { leftOut } from "./tools/testing/suites.ts";

/** A cluster of real programs beside a browser takes its time on a busy machine; what hangs is still noticed. */
const slower = clusterKind() === "sandbox" ? 1 : 2;

/**
 * Browser tests run against a hub of their own, started per worker by `e2e/hub.ts` on a fresh cluster: the sandbox, or what
 * HUB_TEST_CLUSTER names.
 */
export default defineConfig({
  testDir: "e2e",
  // Those run on real containers, by a configuration of their own.
  testIgnore: [
    "real/**",
    ...leftOut(clusterKind() === "sandbox" ? "sandbox" : "kubernetes").map((file) => `**/${file}`),
  ],
  outputDir: "test-results/e2e",
  fullyParallel: false,
  workers: 1,
  forbidOnly: true,
  // See scripts/test/main.ts: a second try is named at the end.
  retries: process.env.CI ? 1 : 0,
  timeout: slower * 180_000,
  expect: { timeout: slower * 45_000 },
  use: {
    viewport: { width: 1440, height: 900 },
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM || undefined,
      // Chromium's own sandbox needs user namespaces, which containers of CI machines rarely allow.
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});

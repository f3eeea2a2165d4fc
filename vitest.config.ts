import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { leftOut } from "./tools/testing/suites.ts";

const root = fileURLToPath(new URL(".", import.meta.url));
const alias = { "@": root, "server-only": `${root}scripts/empty.mjs` };

const integration = {
  include: ["{lib,cli,sandbox,app,providers,scripts,tools,deploy}/**/*.it.test.ts"],
  setupFiles: ["tools/testing/name-suite.ts"],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 20_000 } },
};

/** Unit tests sit beside the code (`*.test.ts`); integration tests start a cluster (`*.it.test.ts`). */
export default defineConfig({
  test: {
    // One more than there are processors: tests that start servers wait more than they compute.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          // Some start processes or threads; what hangs is still noticed.
          testTimeout: 30_000,
          expect: { poll: { timeout: 20_000 } },
          include: [
            "{app,components,lib,cli,sandbox,providers,images,deploy,scripts,tools}/**/*.test.{ts,tsx}",
          ],
          exclude: ["**/*.it.test.ts", "**/node_modules/**"],
        },
      },
      {
        resolve: { alias },
        test: { ...integration, name: "integration", exclude: leftOut("sandbox") },
      },
      {
        // The same on a real control plane, or on the cluster that HUB_TEST_CLUSTER names.
        resolve: { alias },
        test: {
          ...integration,
          name: "kubernetes",
          // Each file starts five programs of its own; on a busy machine that takes its time.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 60_000 } },
          exclude: leftOut("kubernetes"),
          env: { HUB_TEST_CLUSTER: process.env.HUB_TEST_CLUSTER || "fake" },
        },
      },
    ],
  },
});

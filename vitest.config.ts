import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));
const alias = { "@": root, "server-only": `${root}scripts/empty.mjs` };

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
          include: ["{app,components,lib,cli,sandbox,providers,images,deploy,scripts}/**/*.test.{ts,tsx}"],
          exclude: ["**/*.it.test.ts", "**/node_modules/**"],
        },
      },
      {
        resolve: { alias },
        test: {
          name: "integration",
          include: ["{lib,cli,sandbox,app,scripts}/**/*.it.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});

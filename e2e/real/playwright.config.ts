import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import base from "../../playwright.config.ts";

/** Browser tests on a cluster that runs containers: Linux and root. */
export default defineConfig({
  ...base,
  testDir: import.meta.dirname,
  testIgnore: [],
  outputDir: join(import.meta.dirname, "../../test-results/real"),
});

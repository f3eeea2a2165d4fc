import { readFileSync } from "node:fs";
import { defineCommand } from "../lib/definition.ts";

export const version = defineCommand({
  name: "version",
  summary: ["Say which version of hub this is", "显示 hub 的版本"],
  arguments: {},
  options: {},
  examples: [{ does: ["For a script", "供脚本使用"], command: "hub version --json" }],
  async run({ out, env }) {
    const file = new URL("../../package.json", import.meta.url);
    const { version: packaged } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
    const found = { version: env.HUB_VERSION || packaged, node: process.versions.node };
    out.result(found, () => `hub ${found.version} (Node ${found.node})`);
  },
});

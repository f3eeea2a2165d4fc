// Writes docs/cli.md from the command definitions: node cli/document.ts
import { writeFileSync } from "node:fs";
import { commands } from "./commands.ts";
import { documentCommands } from "./lib/document.ts";

writeFileSync(new URL("../docs/cli.md", import.meta.url), documentCommands(commands));

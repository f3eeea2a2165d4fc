import { enableCompileCache } from "node:module";

// Half of a short command's time would go into reading its own sources; imports come after it for that reason.
enableCompileCache();
const { commands } = await import("./commands.ts");
const { runHub } = await import("./lib/run.ts");

process.exitCode = await runHub(commands, process.argv.slice(2));
// What a command leaves open (a pooled connection, a watcher) must not keep the shell waiting.
process.stdout.write("", () => process.stderr.write("", () => process.exit()));

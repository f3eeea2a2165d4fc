// Plain JavaScript, so that the cache is there before the first TypeScript file: one that is in it needs neither
// reading nor the stripper of types, whose loading alone takes as long as most commands.
import { enableCompileCache } from "node:module";

enableCompileCache();
const { commandsFor } = await import("./lib/find.ts");
const { runHub } = await import("./lib/run.ts");

const args = process.argv.slice(2);
process.exitCode = await runHub(await commandsFor(args[0]), args);
// What a command leaves open (a pooled connection, a watcher) must not keep the shell waiting.
process.stdout.write("", () => process.stderr.write("", () => process.exit()));

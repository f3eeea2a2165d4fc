import { readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fail, root } from "../runtime.mjs";
import { buildWeb } from "./build.ts";
import { lock, requireDisk, requirePort } from "./checks.ts";
import { type Hub, startHub } from "./hub.ts";
import { readOptions } from "./options.ts";
import { endOrphans } from "./orphans.ts";

const options = readOptions(process.argv.slice(2), process.env);
const say = (line: string) => process.stdout.write(`• ${line}\n`);

const release = lock(options.stateDir);
process.on("exit", release);
const orphans = endOrphans(options.stateDir);
await requirePort(options.port, options.host, orphans ? 5_000 : 0);
requireDisk(options.stateDir);
if (options.reset) {
  say("Forgetting the sandbox's state …");
  for (const name of readdirSync(options.stateDir))
    if (name !== "lock") rmSync(join(options.stateDir, name), { recursive: true, force: true });
}

let hub: Hub | undefined;
let leaving = false;
async function leave(code: number) {
  if (leaving) return;
  leaving = true;
  process.stdout.write("\n• Stopping …\n");
  // Interrupted while starting, there is nothing yet that could be stopped in order.
  if (hub) await hub.stop();
  else endOrphans(options.stateDir);
  process.exit(code);
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void leave(0));

try {
  if (!options.dev) await buildWeb(say);
  hub = await startHub({
    ...options,
    say,
    onFailure: (sentence) => {
      process.stderr.write(`\n✕ ${sentence}\n`);
      void leave(1);
    },
  });
} catch (error) {
  if (!leaving) fail((error as Error).message);
}

if (hub) {
  process.stdout.write(`\nReady on ${hub.url}\n\n`);
  if (!options.kubeconfig)
    process.stdout.write(
      [
        "  Demo accounts, one button each on the sign-in page:",
        "    alice   a user with a workspace of her own",
        "    bob     another user, who sees nothing of Alice's",
        "    admin   an administrator",
        "",
        `  kubectl:  export KUBECONFIG=${relative(process.cwd(), hub.kubeconfig) || hub.kubeconfig}`,
        `  state:    ${relative(root, options.stateDir) || options.stateDir}  (forget it with npm start -- --reset)`,
        "  This is a sandbox for trying the console: nothing in it runs in a container. Stop with Ctrl-C.",
        "",
        "",
      ].join("\n"),
    );
}

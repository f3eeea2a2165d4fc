import { findKubectl } from "./program.ts";
import { replayCommands } from "./replay.ts";

/** Prints every difference: `node sandbox/conformance/kubectl/show.ts [scenario …]`. */
const kubectl = await findKubectl(true);
if (!kubectl) throw new Error("kubectl cannot be had");
const { commands, different } = await replayCommands(kubectl, process.argv.slice(2));
for (const { request, found } of different) {
  console.log(`${request}\n${found.map((each) => `    ${each}`).join("\n")}`);
}
console.log(`${commands - different.length} of ${commands} commands agree`);
process.exit(0);

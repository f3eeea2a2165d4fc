import { replay } from "./replay.ts";

/** Prints every difference: `node sandbox/conformance/show.ts [group …]`. */
const { requests, different } = await replay(process.argv.slice(2));
for (const { request, found } of different) {
  console.log(`${request}\n${found.map((each) => `    ${each}`).join("\n")}`);
}
console.log(`${requests - different.length} of ${requests} answers agree`);
process.exit(0);

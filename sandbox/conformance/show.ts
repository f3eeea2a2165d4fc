import { replay } from "./replay.ts";

/** Prints every difference: `node sandbox/conformance/show.ts [group]`. */
const only = process.argv[2] ?? "";
const { requests, different } = await replay();
for (const { request, found } of different) {
  if (request.startsWith(only)) console.log(`${request}\n${found.map((each) => `    ${each}`).join("\n")}`);
}
console.log(`${requests - different.length} of ${requests} answers agree`);
process.exit(0);

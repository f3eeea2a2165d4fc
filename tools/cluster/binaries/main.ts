import { type ProgramName, programs } from "./catalogue.ts";
import { findBinaries } from "./find.ts";

/** `node tools/cluster/binaries/main.ts kubectl helm …`: prints the paths, made if need be. */
const names = process.argv.slice(2);
const unknown = names.find((name) => !(name in programs));
if (unknown || names.length === 0) {
  process.stderr.write(`Name programs. Known are ${Object.keys(programs).join(", ")}.\n`);
  process.exit(1);
}
const result = await findBinaries(names as ProgramName[], (line) => process.stderr.write(`${line}\n`));
if ("missing" in result) {
  process.stderr.write(`${result.missing}\n`);
  process.exit(1);
}
for (const name of names) process.stdout.write(`${result.found[name as ProgramName]}\n`);

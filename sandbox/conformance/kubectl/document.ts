import { readFile } from "node:fs/promises";
import { type Known, percent, reasons } from "../known.ts";
import { scenarios } from "./commands/index.ts";

const KNOWN = new URL("known-differences.json", import.meta.url);

/** Commands that come to something else on the sandbox, and why: `apply 3` is the fourth of the scenario `apply`. */
export async function knownCommandDifferences(): Promise<Known[]> {
  return JSON.parse(await readFile(KNOWN, "utf8")) as Known[];
}

/**
 * The part of `docs/conformance.md` about kubectl. It is made from the list of differences alone, so that it can be
 * checked without the program; where that is, a test holds the list true.
 */
export function kubectlSection(known: readonly Known[]): string {
  const differing = new Set(known.flatMap(({ requests }) => requests));
  const rows = scenarios.map(({ name, area, commands }) => {
    const others = commands.filter((_, i) => differing.has(`${name} ${i}`)).length;
    return { area, commands: commands.length, same: commands.length - others };
  });
  const commands = rows.reduce((sum, row) => sum + row.commands, 0);
  const same = rows.reduce((sum, row) => sum + row.same, 0);
  const table = [...rows, { area: "**All**", commands, same }].map(
    (row) => `| ${row.area} | ${row.commands} | ${row.same} | ${percent(row.same, row.commands)} |`,
  );
  return `## kubectl

${commands} commands of kubectl 1.36 were run against the same control plane, and their exit codes, standard output and error
recorded, without times, ages, uids, revisions and addresses. ${same} of them (${percent(same, commands)}) come to the same on the
sandbox.

| commands | number | same | |
| --- | ---: | ---: | ---: |
${table.join("\n")}

What comes to something else:

${reasons(known, "command").join("\n")}
`;
}

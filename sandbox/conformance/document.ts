import { readFile, writeFile } from "node:fs/promises";
import { groups } from "./cases/index.ts";
import { type Known, nameOf, percent, reasons } from "./known.ts";
import { knownCommandDifferences, kubectlSection } from "./kubectl/document.ts";
import type { Difference } from "./replay.ts";
import { replay } from "./replay.ts";
import { AREAS } from "./types.ts";

const KNOWN = new URL("known-differences.json", import.meta.url);
export const DOCUMENT = new URL("../../docs/conformance.md", import.meta.url);
export const README = new URL("../README.md", import.meta.url);
const BEGIN = "<!-- differences: written by conformance/document.ts -->";
const END = "<!-- end of differences -->";

export async function knownDifferences(): Promise<Known[]> {
  return JSON.parse(await readFile(KNOWN, "utf8")) as Known[];
}

/** `docs/conformance.md`: how many answers are the same in each area, and why the others are not. */
export function documentOf(
  different: readonly Difference[],
  known: readonly Known[],
  commands: readonly Known[],
): string {
  const differing = new Set(different.map(({ request }) => nameOf(request)));
  const rows = AREAS.flatMap((area) => {
    const inArea = groups.filter((group) => group.area === area);
    if (inArea.length === 0) return [];
    const names = inArea.flatMap(({ name, steps }) => steps.map((_, i) => `${name} ${i}`));
    const others = names.filter((name) => differing.has(name));
    return [{ area, requests: names.length, same: names.length - others.length }];
  });
  const requests = rows.reduce((sum, row) => sum + row.requests, 0);
  const same = rows.reduce((sum, row) => sum + row.same, 0);
  const table = [...rows, { area: "**All**", requests, same }].map(
    (row) => `| ${row.area} | ${row.requests} | ${row.same} | ${percent(row.same, row.requests)} |`,
  );
  return `# How close the sandbox is to Kubernetes

<!-- Written by \`node sandbox/conformance/document.ts\`; a test fails when it is stale. -->

${requests} requests were sent to kube-apiserver 1.36 and the answers recorded: status, warnings, form and the whole body,
without what differs from run to run (names that are drawn, times, uids, revisions, addresses). The same requests are
sent to the sandbox in every test run. ${same} answers (${percent(same, requests)}) are the same.

| area | requests | same | |
| --- | ---: | ---: | ---: |
${table.join("\n")}

## Where it differs

${reasons(known).join("\n")}

${kubectlSection(commands)}
## Recording anew

\`node sandbox/conformance/record.ts\` starts a control plane (see \`tools/cluster\`) with exactly the controllers that the
sandbox has without simulated workloads, sends the requests of \`sandbox/conformance/cases\`, and writes
\`sandbox/conformance/recorded\`. \`node sandbox/conformance/show.ts [group …]\` prints every difference, and
\`node sandbox/conformance/document.ts\` writes this page. For the commands there are \`record.ts\` and \`show.ts\` in
\`sandbox/conformance/kubectl\`. Where a control plane can be had, the Kubernetes suite sends requests and commands to a
live one as well and fails when the recording is not what it answers.
`;
}

/** The sandbox's README with its list of differences brought up to date. */
export function readmeOf(text: string, known: readonly Known[]): string {
  const [head = "", rest = ""] = text.split(BEGIN);
  const tail = rest.slice(rest.indexOf(END));
  return `${head}${BEGIN}\n\n${reasons(known).join("\n")}\n\n${tail}`;
}

if (import.meta.main) {
  const known = await knownDifferences();
  const { different } = await replay();
  await writeFile(DOCUMENT, documentOf(different, known, await knownCommandDifferences()));
  await writeFile(README, readmeOf(await readFile(README, "utf8"), known));
  process.exit(0);
}

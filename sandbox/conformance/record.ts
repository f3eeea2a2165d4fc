import { mkdir, writeFile } from "node:fs/promises";
import { answersOf, startReference } from "./real.ts";
import { RECORDED, recordedText } from "./recorded.ts";

/**
 * Records the answers of a real API server: `node sandbox/conformance/record.ts`, with a control plane of its own, or
 * `KUBECONFIG=… node sandbox/conformance/record.ts` with a fresh one whose controllers are those of `real.ts`.
 * Of groups named as arguments alone, only their files are written anew.
 */
const only = process.argv.slice(2);
const say = (line: string) => console.error(line);
const cluster = process.env.KUBECONFIG ? undefined : await startReference(say);
try {
  const recorded = await answersOf(cluster?.kubeconfig ?? process.env.KUBECONFIG ?? "", only, say);
  await mkdir(RECORDED, { recursive: true });
  for (const [group, answers] of Object.entries(recorded)) {
    await writeFile(new URL(`${group}.gen.json`, RECORDED), recordedText(answers));
  }
  console.error(`${Object.values(recorded).flat().length} answers recorded`);
} finally {
  await cluster?.stop();
}

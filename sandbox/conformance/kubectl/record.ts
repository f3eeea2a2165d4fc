import { writeFile } from "node:fs/promises";
import { startReference } from "../real.ts";
import { findKubectl } from "./program.ts";
import { RECORDED, recordedOutcomes } from "./recorded.ts";
import { outcomesOf } from "./run.ts";

/**
 * Records what the commands come to on a real control plane: `node sandbox/conformance/kubectl/record.ts`. Of scenarios
 * named as arguments alone, only they are recorded anew.
 */
const only = process.argv.slice(2);
const kubectl = await findKubectl(true);
if (!kubectl) throw new Error("kubectl cannot be had");
const cluster = await startReference((line) => console.error(line));
try {
  const outcomes = await outcomesOf({ kubectl, kubeconfig: cluster.kubeconfig }, only);
  const all = only.length > 0 ? { ...(await recordedOutcomes()), ...outcomes } : outcomes;
  await writeFile(RECORDED, `${JSON.stringify(all, null, 1)}\n`);
  console.error(`${Object.values(outcomes).flat().length} commands recorded`);
} finally {
  await cluster.stop();
}

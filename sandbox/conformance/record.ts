import { writeFile } from "node:fs/promises";
import { Cluster } from "../../lib/cluster/index.ts";
import { groups } from "./cases/index.ts";
import { runGroup } from "./run.ts";
import type { Answer } from "./types.ts";

/**
 * Records the answers of a real API server: `KUBECONFIG=… node sandbox/conformance/record.ts [group …]`.
 * No controllers may run beside it: they would change objects between two requests.
 */
const path = process.env.KUBECONFIG;
if (!path) throw new Error("set KUBECONFIG to the cluster whose answers shall be recorded");
const cluster = Cluster.fromKubeconfig(path);
const recorded: Record<string, Answer[]> = {};
for (const group of groups) {
  recorded[group.name] = await runGroup(cluster, group, () => new Promise((done) => setTimeout(done, 50)));
}
const lines = Object.entries(recorded).map(
  ([name, answers]) =>
    `${JSON.stringify(name)}: [\n${answers.map((answer) => JSON.stringify(answer)).join(",\n")}\n]`,
);
await writeFile(new URL("recorded.gen.json", import.meta.url), `{\n${lines.join(",\n")}\n}\n`);
console.log(`${groups.reduce((sum, group) => sum + group.steps.length, 0)} answers recorded`);
process.exit(0);

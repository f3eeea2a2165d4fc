import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { installerUser } from "../../lib/manager/subject.ts";
import { API_VERSION, type Installation } from "../../lib/model/resources.ts";
import { type Audit, tally } from "./audit.ts";
import type { Measured } from "./cluster.ts";
import { LARGE, objectsOf } from "./images.ts";
import { type Figure, median, say } from "./report.ts";
import { untilInstallations } from "./wait.ts";

const run = promisify(execFile);
const MANAGER = "system:serviceaccount:sealos-system:manager";

/**
 * Fifty objects: from creating the Installation to its condition `Applied`, beside one kubectl that applies the same
 * objects as the same account to a namespace alike. By turns, on fresh namespaces; the median of the ratios counts.
 */
export async function measureInstall(
  measured: Measured,
  audit: Audit,
  setup: {
    dir: string;
    replicas: number;
    rounds: number;
    managerKubeconfig: string;
    namespace(): Promise<string>;
  },
): Promise<Figure> {
  const { admin, kubectl } = measured;
  const ours: number[] = [];
  const theirs: number[] = [];
  const byKubectl = async (round: number) => {
    const namespace = await setup.namespace();
    const file = join(setup.dir, `large-${round}.yaml`);
    const objects = objectsOf("large", namespace, 5, setup.replicas);
    await writeFile(file, objects.map((object) => stringify(object)).join("---\n"));
    const began = performance.now();
    await run(kubectl, [
      `--kubeconfig=${setup.managerKubeconfig}`,
      `--as=${installerUser(namespace)}`,
      "apply",
      "--server-side",
      "-f",
      file,
    ]);
    theirs.push(performance.now() - began);
  };
  const byHub = async () => {
    const namespace = await setup.namespace();
    const applied = await untilInstallations(admin, 1, isApplied, namespace);
    const began = performance.now();
    await admin.create<Installation>({
      apiVersion: API_VERSION,
      kind: "Installation",
      metadata: { name: "large", namespace },
      spec: { image: LARGE, inputs: { name: "large" } },
    });
    await applied.reached;
    ours.push(performance.now() - began);
  };
  // The first of each reads code and discovery from disk.
  await byKubectl(-1);
  await byHub();
  ours.length = 0;
  theirs.length = 0;
  for (let round = 0; round < setup.rounds; round++) {
    await byKubectl(round);
    if (round === 0) await audit.since([]);
    await byHub();
    if (round === 0) {
      const events = await audit.since([MANAGER]);
      say(
        `requests of one install: ${events.length}: ${tally(events)
          .map(([what, count]) => `${count} ${what}`)
          .join(", ")}`,
      );
    }
  }
  const ratio = median(ours.map((ms, round) => ms / (theirs[round] ?? 1)));
  say(
    `hub ${ours.map((ms) => ms.toFixed(0)).join(" ")} ms; kubectl ${theirs.map((ms) => ms.toFixed(0)).join(" ")} ms`,
  );
  return {
    what: "install of 50 objects, beside kubectl apply --server-side",
    asked: "at most 1.3 ×",
    measured: `${ratio.toFixed(2)} × (${median(ours).toFixed(0)} ms and ${median(theirs).toFixed(0)} ms)`,
    met: ratio <= 1.3,
  };
}

/** Whether everything of it is applied as it is wanted now. */
export function isApplied({ metadata, status }: Installation): boolean {
  const applied = status?.conditions?.find(({ type }) => type === "Applied");
  return applied?.status === "True" && applied.observedGeneration === metadata.generation;
}

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kubeconfigOf, startSandbox } from "../../index.ts";
import type { Difference } from "../replay.ts";
import { differences, recordedOutcomes } from "./recorded.ts";
import { outcomesOf } from "./run.ts";
import type { Outcome } from "./types.ts";

/** Runs the commands, or the scenarios named, against a sandbox of its own and compares with the recording. */
export async function replayCommands(
  kubectl: string,
  only: readonly string[] = [],
): Promise<{ commands: number; different: Difference[] }> {
  const directory = await mkdtemp(join(tmpdir(), "conformance-sandbox-"));
  const sandbox = await startSandbox({ simulate: false });
  try {
    const kubeconfig = join(directory, "kubeconfig");
    await writeFile(kubeconfig, kubeconfigOf(sandbox.url, sandbox.adminToken), { mode: 0o600 });
    const outcomes = await outcomesOf({ kubectl, kubeconfig }, only);
    return {
      commands: Object.values(outcomes).flat().length,
      different: compare(await recordedOutcomes(), outcomes),
    };
  } finally {
    await sandbox.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** What came out otherwise than recorded; each is named by its scenario and its number in it. */
export function compare(
  recorded: Record<string, Outcome[]>,
  outcomes: Record<string, Outcome[]>,
): Difference[] {
  return Object.entries(outcomes).flatMap(([scenario, each]) =>
    each.flatMap((outcome, i) => {
      const found = differences(recorded[scenario]?.[i], outcome);
      return found.length > 0 ? [{ request: `${scenario} ${i}: ${outcome.command}`, found }] : [];
    }),
  );
}

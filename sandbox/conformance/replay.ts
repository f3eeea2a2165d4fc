import { startSandbox } from "../index.ts";
import { groups } from "./cases/index.ts";
import { Connection } from "./connection.ts";
import { differences } from "./differences.ts";
import { recordedAnswers } from "./recorded.ts";
import { runGroup } from "./run.ts";

export interface Difference {
  /** `services 3: POST /api/…`: group, number of the request in it, and the request. */
  request: string;
  found: string[];
}

/** Sends the battery, or the groups named, to a sandbox of its own and compares with what a real API server answered. */
export async function replay(
  only: readonly string[] = [],
): Promise<{ requests: number; different: Difference[] }> {
  const sandbox = await startSandbox({ simulate: false });
  try {
    const connection = new Connection(sandbox.url, sandbox.adminToken);
    const different: Difference[] = [];
    let requests = 0;
    for (const group of groups) {
      if (only.length > 0 && !only.includes(group.name)) continue;
      const recorded = await recordedAnswers(group.name);
      const answers = await runGroup(connection, group, undefined, 2_000);
      answers.forEach((answer, i) => {
        requests++;
        const expected = recorded[i];
        const step = group.steps[i];
        const found = expected ? differences(expected, answer) : ["nothing is recorded for it"];
        if (found.length > 0)
          different.push({ request: `${group.name} ${i}: ${step?.method} ${step?.path}`, found });
      });
    }
    return { requests, different };
  } finally {
    await sandbox.stop();
  }
}

import { readFile } from "node:fs/promises";
import { Cluster } from "../../lib/cluster/index.ts";
import { startSandbox } from "../index.ts";
import { groups } from "./cases/index.ts";
import { differences } from "./differences.ts";
import { runGroup } from "./run.ts";
import type { Answer } from "./types.ts";

export interface Difference {
  /** `services 3: POST /api/…`: group, number of the request in it, and the request. */
  request: string;
  found: string[];
}

/** Sends the whole battery to a sandbox of its own and compares with what a real API server answered. */
export async function replay(): Promise<{ requests: number; different: Difference[] }> {
  const file = await readFile(new URL("recorded.gen.json", import.meta.url), "utf8");
  const recorded = JSON.parse(file) as Record<string, Answer[]>;
  const sandbox = await startSandbox({ simulate: false });
  try {
    const cluster = Cluster.at(sandbox.url, { token: sandbox.adminToken });
    const different: Difference[] = [];
    let requests = 0;
    for (const group of groups) {
      const answers = await runGroup(cluster, group);
      answers.forEach((answer, i) => {
        requests++;
        const expected = recorded[group.name]?.[i];
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

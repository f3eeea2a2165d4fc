import { type Cluster, isUnreachable } from "../cluster/index.ts";

const EVERY_MS = 2_000;
const PATIENCE_MS = 2_500;

/**
 * Asks the API server again and again whether it is ready, and reports each answer. A server that hangs keeps its
 * connections open, so that watches alone would notice it only when they have been silent for a minute; this does
 * within `everyMs + patienceMs`. Returns the way to stop.
 */
export function watchReachability(
  cluster: Cluster,
  report: (reachable: boolean) => void,
  { everyMs = EVERY_MS, patienceMs = PATIENCE_MS } = {},
): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const ask = async () => {
    const reachable = await answers(cluster, patienceMs);
    if (stopped) return;
    report(reachable);
    timer = setTimeout(ask, everyMs).unref();
  };
  timer = setTimeout(ask, everyMs).unref();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** A refusal is an answer too, and so is a failed check: who answers is there. */
async function answers(cluster: Cluster, timeoutMs: number): Promise<boolean> {
  try {
    await cluster.request("GET", "/readyz", { timeoutMs });
    return true;
  } catch (error) {
    return !isUnreachable(error);
  }
}

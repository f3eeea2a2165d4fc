import type { Hub } from "../hub.ts";
import { knownProblem } from "../problems.ts";

const REVIEW_MS = 60_000;

/**
 * Asks again whether the member still has the rights: when their account or binding changes, and now and then.
 * Returns the way to stop asking.
 */
export function watchRights(
  hub: Hub,
  { uid, namespace }: { uid: string; namespace: string },
  stillAllowed: () => Promise<boolean>,
  forbidden: () => void,
): () => void {
  const review = async () => {
    try {
      hub.members.requireAccount(uid, namespace);
      if (!(await stillAllowed())) forbidden();
    } catch (error) {
      // A cluster that does not answer takes no rights away; the next review tells.
      if (knownProblem(error).code === "not-found") forbidden();
      else hub.log.warn({ err: error }, "rights could not be reviewed");
    }
  };
  const stop = hub.members.onChange(uid, namespace, () => void review());
  const timer = setInterval(() => void review(), REVIEW_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    stop();
  };
}

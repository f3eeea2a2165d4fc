import type { Cluster } from "../../cluster/index.ts";

/** A process that dies at one of its requests to the API server. */
export interface Mortal {
  cluster: Cluster;
  /** Requests begun so far; watches and the first lists of informers are not counted. */
  readonly calls: number;
  readonly dead: boolean;
  readonly died: Promise<void>;
}

/**
 * The cluster as a process sees it that dies at its n-th request: either before the server has heard of it, or after
 * the server has carried it out but before the answer arrives. A dead process asks nothing any more.
 */
export function mortal(cluster: Cluster, n: number, moment: "before" | "after"): Mortal {
  const death = Promise.withResolvers<void>();
  const state = { calls: 0, dead: false };
  const die = () => {
    state.dead = true;
    death.resolve();
  };
  const gone = () => new Error("this process is dead");
  const wrap = (original: Cluster): Cluster => {
    const request = original.request.bind(original);
    const as = original.as.bind(original);
    original.request = async (method, path, options) => {
      if (state.dead) throw gone();
      // Informers read in pages of 500; what they read is not the controllers' doing.
      const query = options?.query as { limit?: number; dryRun?: string } | undefined;
      // Dying after a read is dying before what comes next: only writes leave something behind.
      const writes = method !== "GET" && query?.dryRun === undefined;
      const counted = query?.limit !== 500 && (moment === "before" || writes);
      const fatal = counted && ++state.calls === n;
      if (fatal && moment === "before") {
        die();
        throw gone();
      }
      const answer = await request(method, path, options);
      if (fatal) die();
      if (state.dead) throw gone();
      return answer;
    };
    original.as = (user) => wrap(as(user));
    return original;
  };
  return {
    cluster: wrap(cluster),
    get calls() {
      return state.calls;
    },
    get dead() {
      return state.dead;
    },
    died: death.promise,
  };
}

import type { Cluster } from "../cluster.ts";
import { Informer } from "../informer.ts";
import type { AnyObject, ApiObject, Selectors, Type } from "../types.ts";

/**
 * Resolves with the objects of a kind as soon as `predicate` holds for them, looked at after each change. Rejects after
 * `timeoutMs` with what was there.
 */
export async function until<T extends ApiObject = AnyObject>(
  cluster: Cluster,
  type: Type & Selectors,
  predicate: (objects: T[]) => boolean,
  timeoutMs = 60_000,
): Promise<T[]> {
  const informer = new Informer<T>(cluster, type);
  const { promise, resolve, reject } = Promise.withResolvers<T[]>();
  const look = () => {
    const objects = informer.list();
    if (informer.hasSynced && predicate(objects)) resolve(objects);
  };
  const timer = setTimeout(() => {
    const seen = informer.list().map(({ metadata, ...rest }) => ({ name: metadata.name, ...rest }));
    reject(
      new Error(
        `${type.kind}: not as expected after ${timeoutMs} ms: ${JSON.stringify(seen).slice(0, 4_000)}`,
      ),
    );
  }, timeoutMs);
  informer.subscribe(look);
  informer.start().synced.then(look, reject);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    informer.stop();
  }
}

import { quotaUsage, type ResourceQuota } from "../../access/index.ts";
import type { JsonObject } from "../../schema/index.ts";
import { type Backend, parse } from "../cluster.ts";
import { type Fields, same } from "../objects.ts";
import { Queue } from "./queue.ts";

const QUOTAS = "resourcequotas";
/** Deletions come in bunches: usage is counted once for each bunch. */
const SETTLE_MS = 20;

/** Keeps what quotas report in step with what their namespaces hold. */
export function countQuotas(backend: Backend): () => void {
  const { store } = backend;
  const queue = new Queue((namespace) => count(backend, namespace));
  const due = new Set<string>();
  const unsubscribe = store.subscribe(undefined, ({ type, entry, previous }) => {
    const { namespace, resource } = entry;
    if (!namespace || store.count(QUOTAS, namespace) === 0) return;
    if (resource === QUOTAS) {
      if (type !== "DELETED" && specOf(entry.body) !== (previous && specOf(previous.body)))
        queue.add(namespace);
    } else if ((type === "DELETED" || resource === "pods") && !due.has(namespace)) {
      due.add(namespace);
      setTimeout(() => {
        due.delete(namespace);
        queue.add(namespace);
      }, SETTLE_MS).unref();
    }
  });
  for (const entry of store.list(QUOTAS)) queue.add(entry.namespace);
  return () => {
    unsubscribe();
    queue.stop();
  };
}

function specOf(body: string): string {
  return JSON.stringify((JSON.parse(body) as Fields).spec);
}

function count(backend: Backend, namespace: string): void {
  const { store, registry } = backend;
  const type = registry.byStorage(QUOTAS);
  if (!type) return;
  const counted = function* () {
    for (const resource of store.resources()) {
      const kind = registry.byStorage(resource);
      if (!kind || resource === "events") continue;
      for (const entry of store.list(resource, namespace)) {
        const object = JSON.parse(entry.body) as JsonObject;
        yield { counted: { group: kind.group, resource: kind.plural }, object };
      }
    }
  };
  for (const entry of [...store.list(QUOTAS, namespace)]) {
    const quota = parse(type, entry);
    const used = quotaUsage(quota as ResourceQuota, counted());
    const hard = (quota.spec as Fields | undefined)?.hard ?? {};
    if (same({ hard, used }, quota.status)) continue;
    quota.status = { hard, used };
    store.put(QUOTAS, quota);
  }
  store.settle();
}

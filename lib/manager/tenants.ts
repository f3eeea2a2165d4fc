import {
  type Cluster,
  Informer,
  isConflict,
  isNotFound,
  WorkQueue,
  type WorkQueueOptions,
} from "../cluster/index.ts";
import {
  isCounted,
  limitKinds,
  provisionAdministrators,
  provisionTenant,
  recount,
} from "../install/provision.ts";
import { tenantNamespace } from "../install/tenant.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { API_VERSION, label, type Provider, type Tenant } from "../model/resources.ts";

/** A key beside the tenants' uids, which it cannot be one of. */
const ADMINISTRATORS = "administrators/";

/** How soon a new tenant, whose quotas the cluster has not counted yet, is looked at again. */
const COUNTING_MS = 250;
/** After this long, and again each time, the cluster is made to look at the quotas. */
const PATIENCE_MS = 5_000;

export interface TenantControllerOptions {
  systemNamespace: string;
  /** Watched by whoever asks; they declare the first limits of their kinds. */
  providers: Informer<Provider>;
  /** Uids of the people who administer the Hub. They come from the manager's own configuration, never from the web. */
  administrators: readonly string[];
  onError: (error: unknown, tenant: string) => void;
  /** How often everything is looked at again, so that what was taken away by hand comes back; default 10 min. */
  resyncMs?: number;
  /** For metrics: called after each look at one tenant. */
  onProcessed?: WorkQueueOptions["onProcessed"];
}

/** `HUB_ADMINISTRATORS` (uids, comma-separated); with `HUB_DEMO=1` the demo account `admin` as well. */
export function administratorsFromEnvironment(environment: NodeJS.ProcessEnv): string[] {
  const named = (environment.HUB_ADMINISTRATORS ?? "").split(",").map((uid) => uid.trim());
  if (environment.HUB_DEMO === "1") named.push("admin");
  return [...new Set(named.filter(Boolean))];
}

/**
 * Makes the namespace of every `Tenant` (docs/security.md): the web server may only ask for one. Level-triggered:
 * provisioning runs again at each change and each resync. Returns the way to stop it.
 */
export function startTenantController(
  cluster: Cluster,
  options: TenantControllerOptions,
): { stop(): Promise<void>; readonly depth: number } {
  const tenants = new Informer<Tenant>(cluster, { apiVersion: API_VERSION, kind: "Tenant" });
  const namespaces = new Informer<KubernetesObject>(cluster, {
    apiVersion: "v1",
    kind: "Namespace",
    labelSelector: label.tenant,
  });
  const { providers } = options;
  const queue = new WorkQueue({
    concurrency: 2,
    process: (key) => reconcile(cluster, tenants, key, options),
    onError: (error, key) => options.onError(error, key),
    ...(options.onProcessed && { onProcessed: options.onProcessed }),
    maxDelayMs: 30_000,
  });
  tenants.subscribe((event) => {
    if (event.type !== "deleted") queue.add(event.object.metadata.name);
  });
  namespaces.subscribe((event) => {
    const uid = event.object.metadata.labels?.[label.tenant];
    if (event.type === "deleted" && uid) queue.add(uid);
  });
  const unsubscribe = providers.subscribe(({ type, object, previous }) => {
    const [before, now] = [previous, object].map((each) => JSON.stringify([...limitsOf(each ? [each] : [])]));
    if (type !== "deleted" && before !== now)
      for (const { metadata } of tenants.list()) queue.add(metadata.name);
  });
  queue.add(ADMINISTRATORS);
  tenants.start();
  namespaces.start();
  return {
    get depth() {
      return queue.depth;
    },
    async stop() {
      tenants.stop();
      namespaces.stop();
      unsubscribe();
      await queue.stop();
    },
  };
}

async function reconcile(
  cluster: Cluster,
  tenants: Informer<Tenant>,
  key: string,
  options: TenantControllerOptions,
): Promise<{ requeueAfterMs: number } | undefined> {
  const again = { requeueAfterMs: options.resyncMs ?? 600_000 };
  if (key === ADMINISTRATORS) {
    await provisionAdministrators(cluster, options.administrators, options.systemNamespace);
    return again;
  }
  const tenant = tenants.get(undefined, key);
  if (!tenant || tenant.metadata.deletionTimestamp) return undefined;
  try {
    await provisionTenant(
      cluster,
      { uid: key, ...tenant.spec },
      { systemNamespace: options.systemNamespace },
    );
    const isNew = tenant.status?.phase !== "Ready";
    if (isNew && !(await isCounted(cluster, tenantNamespace(key))))
      return await waitForCount(cluster, tenant);
    await report(cluster, tenant, { phase: "Ready", namespace: tenantNamespace(key), message: "" });
    if (!(await limitKinds(cluster, tenantNamespace(key), limitsOf(options.providers.list()))))
      return await waitForCount(cluster, tenant, PATIENCE_MS);
    uncountedSince.delete(tenant.metadata.uid ?? "");
    return again;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (tenant.status?.phase !== "Ready") await report(cluster, tenant, { phase: "Failed", message });
    if (error instanceof ProblemError) {
      options.onError(error, key);
      return again;
    }
    throw error;
  }
}

/** What workspaces are limited to of the kinds that the cluster's providers have ready. */
function limitsOf(providers: readonly Provider[]): Map<string, number> {
  const ready = providers.filter(({ status }) => status?.phase === "Ready");
  return new Map(
    ready.flatMap(({ status }) =>
      (status?.counted ?? []).flatMap(({ resource, limit }) =>
        limit === undefined ? [] : [[resource, limit] as const],
      ),
    ),
  );
}

/** When tenants were first seen whose quotas are not counted, by uid, in milliseconds of this process. */
const uncountedSince = new Map<string, number>();

async function waitForCount(
  cluster: Cluster,
  { metadata }: Tenant,
  everyMs = COUNTING_MS,
): Promise<{ requeueAfterMs: number }> {
  const uid = metadata.uid ?? "";
  const since = uncountedSince.get(uid) ?? performance.now();
  uncountedSince.set(uid, since);
  if (performance.now() - since < PATIENCE_MS) return { requeueAfterMs: everyMs };
  await recount(cluster, tenantNamespace(metadata.name));
  return { requeueAfterMs: PATIENCE_MS };
}

async function report(
  cluster: Cluster,
  tenant: Tenant,
  status: NonNullable<Tenant["status"]>,
): Promise<void> {
  const now = tenant.status;
  if (now && now.phase === status.phase && (now.message ?? "") === (status.message ?? "")) return;
  try {
    await cluster.patch(
      { apiVersion: API_VERSION, kind: "Tenant", name: tenant.metadata.name },
      { status: { ...status, observedGeneration: tenant.metadata.generation } },
      { type: "merge", subresource: "status", fieldManager: "hub-tenants" },
    );
  } catch (error) {
    // Deleted or changed meanwhile: its own event brings it back.
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}

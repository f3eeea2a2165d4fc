import { type Cluster, Informer, isConflict, isNotFound, WorkQueue } from "../cluster/index.ts";
import { provisionAdministrator, provisionTenant } from "../install/provision.ts";
import { tenantNamespace } from "../install/tenant.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { API_VERSION, label, type Tenant } from "../model/resources.ts";

export interface TenantControllerOptions {
  systemNamespace: string;
  /** Uids of the people who administer the Hub. They come from the manager's own configuration, never from the web. */
  administrators: readonly string[];
  onError: (error: unknown, tenant: string) => void;
  /** How often everything is looked at again, so that what was taken away by hand comes back; default 10 min. */
  resyncMs?: number;
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
): { stop(): Promise<void> } {
  const tenants = new Informer<Tenant>(cluster, { apiVersion: API_VERSION, kind: "Tenant" });
  const namespaces = new Informer<KubernetesObject>(cluster, {
    apiVersion: "v1",
    kind: "Namespace",
    labelSelector: label.tenant,
  });
  const queue = new WorkQueue({
    concurrency: 2,
    process: (key) => reconcile(cluster, tenants, key, options),
    onError: (error, key) => options.onError(error, key),
    maxDelayMs: 30_000,
  });
  tenants.subscribe((event) => {
    if (event.type !== "deleted") queue.add(event.object.metadata.name);
  });
  namespaces.subscribe((event) => {
    const uid = event.object.metadata.labels?.[label.tenant];
    if (event.type === "deleted" && uid) queue.add(uid);
  });
  for (const uid of options.administrators) queue.add(`administrator/${uid}`);
  tenants.start();
  namespaces.start();
  return {
    async stop() {
      tenants.stop();
      namespaces.stop();
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
  if (key.startsWith("administrator/")) {
    await provisionAdministrator(cluster, key.slice("administrator/".length), options.systemNamespace);
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
    await report(cluster, tenant, { phase: "Ready", namespace: tenantNamespace(key), message: "" });
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

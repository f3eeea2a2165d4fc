import { type Cluster, type Informer, isAlreadyExists } from "../cluster/index.ts";
import { refuseOthersTenant } from "../install/provision.ts";
import { type TenantPerson, tenantNamespace, tenantRequest } from "../install/tenant.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import { API_VERSION, type Tenant } from "../model/resources.ts";
import type { Members } from "./members.ts";

/** For tests and scripts that hold an administrator's account: makes the namespace without the manager. */
export { provisionAdministrators, provisionTenant } from "../install/provision.ts";

/**
 * Asks for the person's namespace at their first sign-in. The web server's account cannot make it, only ask: the
 * manager does (docs/security.md). Safe to call at every sign-in and from several replicas at once.
 */
export async function requestTenant(cluster: Cluster, person: TenantPerson): Promise<void> {
  const ref = { apiVersion: API_VERSION, kind: "Tenant", name: person.uid };
  let tenant = await cluster.find<Tenant>(ref);
  if (!tenant) {
    try {
      tenant = (await cluster.create(tenantRequest(person))) as Tenant;
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      tenant = await cluster.get<Tenant>(ref);
    }
  }
  refuseOthersTenant(tenant, person);
}

/**
 * Resolves once the member's account is there (the namespace's last sign of being usable for the web server).
 * Throws `cluster-unreachable` after `timeoutMs`, saying who is to be asked.
 */
export async function tenantReady(
  tenants: Informer<Tenant>,
  members: Members,
  uid: string,
  timeoutMs: number,
): Promise<void> {
  const isReady = () =>
    tenants.get(undefined, uid)?.status?.phase === "Ready" && members.has(uid, tenantNamespace(uid));
  if (isReady()) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const check = () => {
    const status = tenants.get(undefined, uid)?.status;
    if (status?.phase === "Failed") reject(notReady(status.message));
    else if (isReady()) resolve();
  };
  const stops = [tenants.subscribe(check), members.onAnyChange(check)];
  const timer = setTimeout(() => reject(notReady()), timeoutMs);
  try {
    check();
    await promise;
  } finally {
    clearTimeout(timer);
    for (const stop of stops) stop();
  }
}

function notReady(message?: string): ProblemError {
  return new ProblemError(
    "cluster-unreachable",
    `Your workspace is not ready yet${message ? `: ${message}` : ""}. Try again in a moment; if it stays like this, ask an administrator whether the manager runs.`,
    message ? because("workspace-failed", { text: message }) : {},
  );
}

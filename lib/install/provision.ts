import { type Cluster, isConflict, refOf } from "../cluster/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import { annotation, label, SYSTEM_NAMESPACE, type Tenant } from "../model/resources.ts";
import { isHeld } from "./held.ts";
import { parseQuantity } from "./quantity.ts";
import {
  administratorObjects,
  type TenantOptions,
  type TenantPerson,
  tenantNamespace,
  tenantObjects,
} from "./tenant.ts";

const FIELD_MANAGER = "hub-tenants";
/** The ResourceQuotas among `tenantObjects`. */
const QUOTAS = ["quota", "records"];

/**
 * Makes the person's namespace with everything in it, or mends what is missing or changed. Running it twice, or twice
 * at once, gives the same as running it once. Returns the namespace's name.
 * Throws a `not-ours` problem when the namespace exists and belongs to somebody else; API errors pass through.
 */
export async function provisionTenant(
  cluster: Cluster,
  person: TenantPerson,
  options: TenantOptions = {},
): Promise<string> {
  const namespace = tenantNamespace(person.uid);
  const existing = await cluster.find<KubernetesObject>({
    apiVersion: "v1",
    kind: "Namespace",
    name: namespace,
  });
  if (existing) refuseForeign(existing, person);
  for (const { object, once } of tenantObjects(person, options)) {
    if (once) await createOnce(cluster, object);
    else await applyChanged(cluster, object);
  }
  return namespace;
}

interface Quota extends KubernetesObject {
  spec?: { hard?: Record<string, string> };
  status?: { used?: Record<string, string> };
}

/** Limits of the tenant's quotas that the cluster does not count yet. */
async function uncounted(cluster: Cluster, namespace: string): Promise<{ quota: Quota; resource: string }[]> {
  const quotas = await Promise.all(
    QUOTAS.map((name) => cluster.find<Quota>({ apiVersion: "v1", kind: "ResourceQuota", namespace, name })),
  );
  return quotas.flatMap((quota) =>
    Object.keys(quota?.spec?.hard ?? {}).flatMap((resource) =>
      quota && quota.status?.used?.[resource] === undefined ? [{ quota, resource }] : [],
    ),
  );
}

/**
 * Whether the cluster counts what the tenant uses. Until then it refuses to make anything that a quota limits, "status
 * unknown for quota": a moment, or half a minute for kinds that are new to its controllers.
 */
export async function isCounted(cluster: Cluster, namespace: string): Promise<boolean> {
  return (await uncounted(cluster, namespace)).length === 0;
}

/**
 * Has the cluster look again at what it does not count yet. kube-controller-manager does so by itself only every five
 * minutes, and at once when a limit changes: each is raised by one and put back.
 */
export async function recount(cluster: Cluster, namespace: string): Promise<void> {
  for (const { quota, resource } of await uncounted(cluster, namespace)) {
    const limit = quota.spec?.hard?.[resource] ?? "";
    const number = parseQuantity(limit);
    if (!Number.isSafeInteger(number)) continue;
    for (const value of [String((number ?? 0) + 1), limit])
      await cluster.patch(refOf(quota), { spec: { hard: { [resource]: value } } }, { type: "merge" });
  }
}

/**
 * Gives the tenant's quota the limits of providers' kinds that it says nothing of; what administrators have set stays.
 * @param limits by resource, such as `count/clusters.cluster.x-k8s.io`
 * @returns whether the cluster counts them all
 */
export async function limitKinds(
  cluster: Cluster,
  namespace: string,
  limits: ReadonlyMap<string, number>,
): Promise<boolean> {
  if (limits.size === 0) return true;
  const reference = { apiVersion: "v1", kind: "ResourceQuota", namespace, name: "quota" };
  const quota = await cluster.find<Quota>(reference);
  const unsaid = [...limits].filter(([resource]) => quota?.spec?.hard?.[resource] === undefined);
  if (quota && unsaid.length > 0) {
    const hard = Object.fromEntries(unsaid.map(([resource, limit]) => [resource, String(limit)]));
    const { resourceVersion } = quota.metadata;
    const change = { metadata: { resourceVersion }, spec: { hard } };
    await cluster.patch(reference, change, { type: "merge", fieldManager: FIELD_MANAGER });
    return false;
  }
  return [...limits.keys()].every((resource) => quota?.status?.used?.[resource] !== undefined);
}

/** Gives exactly these people an administrator's account in the system namespace. Idempotent. */
export async function provisionAdministrators(
  cluster: Cluster,
  uids: readonly string[],
  systemNamespace?: string,
): Promise<void> {
  for (const object of administratorObjects(uids, systemNamespace)) await applyChanged(cluster, object);
  const type = { apiVersion: "v1", kind: "ServiceAccount", namespace: systemNamespace ?? SYSTEM_NAMESPACE };
  const labelSelector = `${label.role}=administrator`;
  const { items } = await cluster.list<KubernetesObject>({ ...type, labelSelector });
  for (const { metadata } of items)
    if (!uids.includes(metadata.labels?.[label.member] ?? ""))
      await cluster.patch(
        { ...type, name: metadata.name },
        { metadata: { labels: { [label.role]: null } } },
        { type: "merge", fieldManager: FIELD_MANAGER },
      );
}

function refuseForeign(namespace: KubernetesObject, person: TenantPerson): void {
  const owner = namespace.metadata.labels?.[label.tenant];
  const subject = namespace.metadata.annotations?.[annotation.subject];
  if (owner === person.uid && (subject === undefined || subject === person.subject)) return;
  throw new ProblemError(
    "not-ours",
    `The namespace ${namespace.metadata.name} exists and belongs to somebody else; an administrator has to rename it.`,
    because("namespace-taken", { namespace: namespace.metadata.name }),
  );
}

/** A thousand tenants that are as they should be are read at a restart, and not written. */
async function applyChanged(cluster: Cluster, object: KubernetesObject): Promise<void> {
  const live = await readAs(cluster, object);
  if (live && isHeld(object, live, FIELD_MANAGER)) return;
  await cluster.apply(object, { fieldManager: FIELD_MANAGER, force: true });
}

/** Kinds of which the manager may list all: the right to get one is what a grant of a provider is known by. */
const LISTED = new Set(["ServiceAccount", "RoleBinding"]);

async function readAs(cluster: Cluster, object: KubernetesObject): Promise<KubernetesObject | undefined> {
  const { name, ...type } = refOf(object);
  if (!LISTED.has(object.kind)) return cluster.find<KubernetesObject>({ ...type, name });
  const { items } = await cluster.list<KubernetesObject>({ ...type, fieldSelector: `metadata.name=${name}` });
  return items[0];
}

/** Applied and not created: then the request names the object, and the right to it can be for that name. */
async function createOnce(cluster: Cluster, object: KubernetesObject): Promise<void> {
  if (await cluster.find(refOf(object))) return;
  try {
    await cluster.apply(object, { fieldManager: FIELD_MANAGER });
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
}

/** Throws `not-ours` when the request of that name was made by another person, whose uid would be the same. */
export function refuseOthersTenant(tenant: Tenant, person: TenantPerson): void {
  if (tenant.spec.subject === person.subject) return;
  throw new ProblemError("not-ours", `The uid ${person.uid} belongs to somebody else.`, {
    ...because("uid-taken", { uid: person.uid }),
  });
}

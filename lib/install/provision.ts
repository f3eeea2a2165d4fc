import { type Cluster, isAlreadyExists, refOf } from "../cluster/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import { annotation, label, type Tenant } from "../model/resources.ts";
import {
  administratorObjects,
  type TenantOptions,
  type TenantPerson,
  tenantNamespace,
  tenantObjects,
} from "./tenant.ts";

const FIELD_MANAGER = "hub-tenants";

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
    else await cluster.apply(object, { fieldManager: FIELD_MANAGER, force: true });
  }
  return namespace;
}

/** Gives a person an administrator's account in the system namespace. Idempotent. */
export async function provisionAdministrator(
  cluster: Cluster,
  uid: string,
  systemNamespace?: string,
): Promise<void> {
  for (const object of administratorObjects(uid, systemNamespace))
    await cluster.apply(object, { fieldManager: FIELD_MANAGER, force: true });
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

async function createOnce(cluster: Cluster, object: KubernetesObject): Promise<void> {
  if (await cluster.find(refOf(object))) return;
  try {
    await cluster.create(object, { fieldManager: FIELD_MANAGER });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

/** Throws `not-ours` when the request of that name was made by another person, whose uid would be the same. */
export function refuseOthersTenant(tenant: Tenant, person: TenantPerson): void {
  if (tenant.spec.subject === person.subject) return;
  throw new ProblemError("not-ours", `The uid ${person.uid} belongs to somebody else.`, {
    ...because("uid-taken", { uid: person.uid }),
  });
}

import { randomInt } from "node:crypto";
import { type Cluster, isAlreadyExists } from "../cluster/index.ts";
import { expand } from "../images/expand.ts";
import type { InstanceKind } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { annotation } from "../model/resources.ts";
import { isApiError } from "./problems.ts";

type Secret = KubernetesObject & { data?: Record<string, string> };
type Declared = NonNullable<InstanceKind["secrets"]>[number];

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/**
 * Creates an instance after the Secrets that its provider declares for it, all in the member's name. A Secret that
 * exists is used as it is. What this call made goes again when the cluster refuses the instance; after a call whose
 * end nobody saw, the next one takes over what it left.
 */
export async function createWithSecrets(
  member: Cluster,
  kind: InstanceKind,
  object: KubernetesObject,
): Promise<KubernetesObject> {
  const options = { fieldValidation: "Strict" } as const;
  if (!kind.secrets?.length) return member.create(object, options);
  const made: Secret[] = [];
  try {
    // Asked first, so that nothing is made for an instance that is refused; the answer has its defaults and its name.
    const tried = await member.create<KubernetesObject>(object, { ...options, dryRun: true });
    for (const declared of kind.secrets) {
      const secret = await makeSecret(member, declared, tried);
      if (secret) made.push(secret);
    }
    const { name } = tried.metadata;
    const created = await member.create({ ...object, metadata: { ...object.metadata, name } }, options);
    return created;
  } catch (error) {
    if (isAlreadyExists(error)) await adoptSecretsOf(member, kind, object);
    else if (isRefusal(error)) for (const secret of made) await discard(member, secret);
    throw error;
  }
}

/** Lets the Secrets that were made for an instance go with it. Those of anybody else are left alone. */
export async function adoptSecrets(
  member: Cluster,
  kind: InstanceKind,
  instance: KubernetesObject,
): Promise<void> {
  for (const declared of kind.secrets ?? []) {
    const { apiVersion, metadata } = instance;
    const { name, uid = "" } = metadata;
    const secret = await findSecret(member, declared, instance);
    if (!secret || !isFor(secret, instance) || ownersOf(secret).some((owner) => owner.uid === uid)) continue;
    const ownerReferences = [{ apiVersion, kind: instance.kind, name, uid }];
    const { resourceVersion } = secret.metadata;
    await member.patch(refOf(secret), { metadata: { resourceVersion, ownerReferences } }, { type: "merge" });
  }
}

async function adoptSecretsOf(member: Cluster, kind: InstanceKind, object: KubernetesObject): Promise<void> {
  const { name, namespace } = object.metadata;
  const live = await member.find<KubernetesObject>({
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    name,
    namespace,
  });
  if (live) await adoptSecrets(member, kind, live);
}

/** Makes the Secret unless it exists. Returns what was made, or undefined. */
async function makeSecret(
  member: Cluster,
  declared: Declared,
  instance: KubernetesObject,
): Promise<Secret | undefined> {
  const scope = scopeOf(instance);
  const name = await expand(declared.name, scope);
  if (name === "") return undefined;
  const present = await findSecret(member, declared, instance);
  // Still the Secret of an instance of the same name that is gone: the garbage collector is about to take it.
  if (present && isFor(present, instance) && ownersOf(present).length > 0) await discard(member, present);
  else if (present) return undefined;
  const stringData: Record<string, string> = {};
  for (const [key, source] of Object.entries(declared.data))
    stringData[await expand(key, scope)] =
      "random" in source ? randomText(source.random) : await expand(source.value, scope);
  try {
    return await member.create<Secret>({
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name,
        namespace: instance.metadata.namespace,
        annotations: { [annotation.madeFor]: markOf(instance) },
      },
      type: "Opaque",
      stringData,
    });
  } catch (error) {
    // Somebody was faster: theirs counts.
    if (isAlreadyExists(error)) return undefined;
    throw error;
  }
}

async function findSecret(
  member: Cluster,
  declared: Declared,
  instance: KubernetesObject,
): Promise<Secret | undefined> {
  const name = await expand(declared.name, scopeOf(instance));
  if (name === "") return undefined;
  const { namespace } = instance.metadata;
  return member.find<Secret>({ apiVersion: "v1", kind: "Secret", name, namespace });
}

/** Only as we know it: one that has an owner by now, or is another's, stays. */
async function discard(member: Cluster, secret: Secret): Promise<void> {
  const { uid, resourceVersion } = secret.metadata;
  try {
    await member.delete(refOf(secret), { uid, resourceVersion });
  } catch (error) {
    if (!isApiError(error) || (error.status !== 404 && error.status !== 409)) throw error;
  }
}

function scopeOf(instance: KubernetesObject): Record<string, unknown> {
  const { name, namespace = "" } = instance.metadata;
  return { name, namespace, object: instance };
}

function markOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  return `${apiVersion.split("/")[0]}/${kind}/${metadata.name}`;
}

function isFor(secret: Secret, instance: KubernetesObject): boolean {
  return secret.metadata.annotations?.[annotation.madeFor] === markOf(instance);
}

const ownersOf = (secret: Secret) => secret.metadata.ownerReferences ?? [];

const refOf = ({ metadata: { name, namespace } }: Secret) => ({
  apiVersion: "v1",
  kind: "Secret",
  name,
  namespace,
});

/** The cluster said no, so nothing was made; anything else leaves open what happened. */
function isRefusal(error: unknown): boolean {
  return !isApiError(error) || (error.status >= 400 && error.status < 500);
}

function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

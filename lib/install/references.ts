import { type KubernetesObject, type ObjectReference, parseApiVersion } from "../model/kubernetes.ts";

/** What names this object. A cluster-scoped object has no namespace. */
export function referenceOf(object: KubernetesObject): ObjectReference {
  const { apiVersion, kind, metadata } = object;
  return metadata.namespace
    ? { apiVersion, kind, name: metadata.name, namespace: metadata.namespace }
    : { apiVersion, kind, name: metadata.name };
}

/** Identity of an object whatever version it is written in: `group/Kind/namespace/name`. */
export function referenceKey(reference: ObjectReference): string {
  const { group } = parseApiVersion(reference.apiVersion);
  return `${group}/${reference.kind}/${reference.namespace ?? ""}/${reference.name}`;
}

/** `group/Kind`, the key under which kinds are compared across versions. */
export function groupKind(type: { apiVersion: string; kind: string }): string {
  return `${parseApiVersion(type.apiVersion).group}/${type.kind}`;
}

/** How a sentence names an object: `Deployment "web"`. */
export function spoken(reference: { kind: string; name: string }): string {
  return `${reference.kind} "${reference.name}"`;
}

/** The references of both lists, each object once, in the order of first appearance. */
export function unionOf(...lists: readonly (readonly ObjectReference[])[]): ObjectReference[] {
  const seen = new Map<string, ObjectReference>();
  for (const reference of lists.flat()) {
    const key = referenceKey(reference);
    if (!seen.has(key)) seen.set(key, reference);
  }
  return [...seen.values()];
}

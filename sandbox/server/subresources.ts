import type { Backend } from "./cluster.ts";
import type { KubeObject } from "./objects.ts";
import type { ResourceType } from "./registry.ts";
import type { RequestContext } from "./request.ts";
import { notServed } from "./status.ts";

/** Answers creates that make no object. */
export async function checkCreate(
  _backend: Backend,
  type: ResourceType,
  { info }: RequestContext,
  _object: KubeObject,
): Promise<boolean> {
  if (info.subresource) throw notServed(`${type.plural}/${info.subresource}`);
  return false;
}

export async function updateScale(
  _backend: Backend,
  type: ResourceType,
  { info }: RequestContext,
  _object: KubeObject,
): Promise<boolean> {
  if (info.subresource && info.subresource !== "status")
    throw notServed(`${type.plural}/${info.subresource}`);
  return false;
}

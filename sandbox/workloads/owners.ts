import type { ApiObject } from "../../lib/cluster/index.ts";

/** The reference that makes `owner` the controller of an object. */
export function controlledBy(
  owner: ApiObject,
): NonNullable<ApiObject["metadata"]["ownerReferences"]>[number] {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}

export function controllerOf(object: ApiObject) {
  return object.metadata.ownerReferences?.find((owner) => owner.controller);
}

export function isControlledBy(object: ApiObject, owner: ApiObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid;
}

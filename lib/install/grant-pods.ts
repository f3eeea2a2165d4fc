import type { KubernetesObject } from "../model/kubernetes.ts";
import { listAt, recordAt, textAt } from "./paths.ts";
import { podSpecOf } from "./rights.ts";

/**
 * Whether pods of the object need more of their node than Pod Security's level "baseline" allows: then the level of
 * their namespace cannot be enforced, and the administrator reads so in the grant.
 */
export function weakensNode(object: KubernetesObject): boolean {
  const spec = podSpecOf(object);
  if (!spec) return false;
  if (["hostNetwork", "hostPID", "hostIPC"].some((field) => spec[field] === true)) return true;
  if (listAt(spec, "volumes").some((volume) => Object.keys(recordAt(volume, "hostPath")).length > 0))
    return true;
  const containers = [...listAt(spec, "initContainers"), ...listAt(spec, "containers")];
  return containers.some(
    (container) =>
      textAt(container, "securityContext.privileged") === "true" ||
      listAt(container, "securityContext.capabilities.add").length > 0 ||
      listAt(container, "ports").some((port) => textAt(port, "hostPort") !== undefined),
  );
}

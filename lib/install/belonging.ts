import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";
import { API_VERSION, type Installation, label } from "../model/resources.ts";

/**
 * Tells to which of the installations an object belongs: the installation itself, one of its inventory, or one of what
 * controllers made of that, which is called after its parent (pods after their set, sets after their deployment).
 */
export function belonging(
  installations: readonly Installation[],
): (object: ObjectReference) => string | undefined {
  const owners = new Map<string, string>();
  for (const { metadata, status } of installations)
    for (const { kind, name } of status?.inventory ?? []) {
      owners.set(name, metadata.name);
      owners.set(`${kind}/${name}`, metadata.name);
    }
  const installed = new Set(installations.map(({ metadata }) => metadata.name));
  return ({ apiVersion, kind, name }) => {
    if (kind === "Installation" && apiVersion === API_VERSION) return installed.has(name) ? name : undefined;
    const exact = owners.get(`${kind}/${name}`);
    if (exact) return exact;
    for (let end = name.length; end > 0; end = name.lastIndexOf("-", end - 1)) {
      const owner = owners.get(name.slice(0, end));
      if (owner) return owner;
    }
    return undefined;
  };
}

/** Tells whether a pod of the installation's namespace is one of its own: of its workloads, instances or action runs. */
export function podsOf(installation: Installation): (pod: KubernetesObject) => boolean {
  const { name } = installation.metadata;
  const belongs = belonging([installation]);
  return ({ metadata }) =>
    metadata.labels?.[label.installation] === name ||
    belongs({ apiVersion: "v1", kind: "Pod", name: metadata.name }) === name;
}

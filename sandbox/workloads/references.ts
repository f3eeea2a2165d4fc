import type { Container, Pod } from "./types.ts";
import type { World } from "./world.ts";

/** The kubelet's message for the first ConfigMap or Secret (or key of one) that a container needs and lacks. */
export function missingConfig(world: World, namespace: string, container: Container): string | undefined {
  const source = { configmap: world.configMaps, secret: world.secrets };
  const check = (
    kind: keyof typeof source,
    ref: { name: string; key?: string; optional?: boolean } | undefined,
  ) => {
    if (!ref || ref.optional) return undefined;
    const found = source[kind].get(namespace, ref.name);
    if (!found) return `${kind} "${ref.name}" not found`;
    const { data = {}, binaryData = {} } = found as { data?: object; binaryData?: object };
    if (ref.key === undefined || ref.key in data || ref.key in binaryData) return undefined;
    return `couldn't find key ${ref.key} in ${kind === "secret" ? "Secret" : "ConfigMap"} ${namespace}/${ref.name}`;
  };
  for (const { configMapRef, secretRef } of container.envFrom ?? []) {
    const missing = check("configmap", configMapRef) ?? check("secret", secretRef);
    if (missing) return missing;
  }
  for (const { valueFrom } of container.env ?? []) {
    const missing =
      check("configmap", valueFrom?.configMapKeyRef) ?? check("secret", valueFrom?.secretKeyRef);
    if (missing) return missing;
  }
  return undefined;
}

/** The same for a pod's volumes, in the words of a failed mount. */
export function missingVolume(world: World, pod: Pod): string | undefined {
  const namespace = pod.metadata.namespace;
  for (const { name, configMap, secret } of pod.spec.volumes ?? []) {
    const missing =
      configMap && !configMap.optional && !world.configMaps.get(namespace, configMap.name)
        ? `configmap "${configMap.name}" not found`
        : secret && !secret.optional && !world.secrets.get(namespace, secret.secretName)
          ? `secret "${secret.secretName}" not found`
          : undefined;
    if (missing) return `MountVolume.SetUp failed for volume "${name}" : ${missing}`;
  }
  return undefined;
}

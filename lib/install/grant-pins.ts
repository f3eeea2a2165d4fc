import { type KubernetesObject, parseApiVersion } from "../model/kubernetes.ts";
import { recordAt } from "./paths.ts";

const ADMISSION = "admissionregistration.k8s.io/v1";
/** The policy of `deploy/policies/20-manager.yaml` that compares a workload with its pin. */
const PIN_POLICY = "hub-manager-granted-pods";

const PLURALS: Record<string, string> = {
  "apps/Deployment": "deployments",
  "apps/StatefulSet": "statefulsets",
  "apps/DaemonSet": "daemonsets",
};

/** Whether the kind runs pods from a template that stays as it was written. */
export function isPinned({ apiVersion, kind }: KubernetesObject): boolean {
  return `${parseApiVersion(apiVersion).group}/${kind}` in PLURALS;
}

/**
 * Whoever may change an operator's Deployment may run anything with the operator's rights. So a grant keeps the pods
 * that it was given for, as a PodTemplate, and has the API server compare: the manager can write these and no others.
 */
export function pinsOf(
  provider: string,
  managed: readonly KubernetesObject[],
  bound: ReadonlySet<string>,
): KubernetesObject[] {
  return managed.flatMap((object) => {
    const { apiVersion, kind, metadata } = object;
    const { name, namespace = "" } = metadata;
    if (!isPinned(object) || !bound.has(namespace)) return [];
    const { group, version } = parseApiVersion(apiVersion);
    const pin = `hub-grant-${kind.toLowerCase()}-${name}`;
    return [
      {
        apiVersion: "v1",
        kind: "PodTemplate",
        metadata: { name: pin, namespace },
        template: { spec: recordAt(object, "spec.template.spec") },
      },
      {
        apiVersion: ADMISSION,
        kind: "ValidatingAdmissionPolicyBinding",
        metadata: { name: `hub-grant-${provider}-${kind.toLowerCase()}-${name}` },
        spec: {
          policyName: PIN_POLICY,
          validationActions: ["Deny"],
          paramRef: { name: pin, namespace, parameterNotFoundAction: "Deny" },
          matchResources: {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
            resourceRules: [
              {
                apiGroups: [group],
                apiVersions: [version],
                operations: ["CREATE", "UPDATE"],
                resources: [PLURALS[`${group}/${kind}`]],
                resourceNames: [name],
              },
            ],
          },
        },
      },
    ];
  });
}

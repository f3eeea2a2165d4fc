import { type KubernetesObject, parseApiVersion } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import { label, SYSTEM_NAMESPACE } from "../model/resources.ts";
import { isPinned, pinsOf } from "./grant-pins.ts";
import { weakensNode } from "./grant-pods.ts";
import { listAt, textAt } from "./paths.ts";
import { drawsValues, homeOf, isRuling, type SharedImage } from "./provider-objects.ts";
import { providerRoles } from "./provider-roles.ts";
import { groupKind } from "./references.ts";
import { podSpecOf } from "./rights.ts";
import type { PolicyRule } from "./rules.ts";

const RBAC = "rbac.authorization.k8s.io/v1";
const RBAC_GROUP = "rbac.authorization.k8s.io";

/** The manager's account, which a grant gives rights to. */
export const MANAGER = "manager";

/** What a resource is called in rules. */
export interface ResourceName {
  group: string;
  plural: string;
  namespaced: boolean;
}

export interface GrantInput {
  /** Name of the Provider, `<org>.<repo>`. */
  name: string;
  image: SharedImage;
  /** What the image wants in the cluster, as `providerObjects` gives it. */
  objects: readonly KubernetesObject[];
  resourceOf(type: { apiVersion: string; kind: string }): Promise<ResourceName | undefined>;
  systemNamespace?: string;
}

/**
 * All that an administrator of the cluster has to say yes to before AppManager can install one provider or shared
 * image (docs/security.md): what only an administrator may apply, and the manager's rights on everything else, by name.
 */
export interface Grant {
  name: string;
  namespaces: string[];
  /** The manager's rights in the whole cluster. */
  clusterRules: PolicyRule[];
  /** Its rights in single namespaces. */
  rules: { namespace: string; rules: PolicyRule[] }[];
  /** The image's own accounts' rights, namespaces, webhooks; the rights of tenants on its kinds. */
  ruling: KubernetesObject[];
  /** Holds the manager to the pods that were granted. */
  pins: KubernetesObject[];
}

/** Of the roles and bindings of a grant. */
export function grantName(provider: string): string {
  return `hub-grant-${provider}`;
}

/** @throws ProblemError for an image that cannot be granted: it reaches into a namespace that is not its own. */
export async function grantOf(input: GrantInput): Promise<Grant> {
  const { name, image, objects, systemNamespace = SYSTEM_NAMESPACE } = input;
  const kinds = image.content.provider?.instances ?? [];
  const home = homeOf(image);
  const definitions = new Map(objects.flatMap(definedResource));
  const resourceOf = async (type: { apiVersion: string; kind: string }) => {
    const found = definitions.get(groupKind(type)) ?? (await input.resourceOf(type));
    if (found) return found;
    throw new ProblemError(
      "kind-missing",
      `The cluster does not serve ${type.kind} of ${type.apiVersion}.`,
      because("kind-unserved", { kind: type.kind, apiVersion: type.apiVersion }),
    );
  };
  const bound = boundNamespaces(objects);
  const ruling = objects.filter((object) => isRuling(object) || mustRule(object, bound));
  const managed = objects.filter((object) => !ruling.includes(object));
  const namespaces = [
    ...new Set([home, ...objects.flatMap(({ metadata }) => metadata.namespace ?? [])]),
  ].sort();
  for (const namespace of namespaces) refuseForeign(namespace, name, systemNamespace);

  const cluster = new Rules();
  const perNamespace = new Map(namespaces.map((namespace) => [namespace, new Rules()]));
  for (const object of managed) {
    const resource = await resourceOf(object);
    const rules = resource.namespaced ? perNamespace.get(object.metadata.namespace ?? home) : cluster;
    const keeps = object.kind === "PersistentVolumeClaim";
    rules?.add(resource, object.metadata.name, ["get", "create", "patch", ...(keeps ? [] : ["delete"])]);
    if (!followedAnyway(resource)) cluster.add(resource, undefined, ["list", "watch"]);
  }
  for (const object of ruling) {
    if (object.kind === "Namespace") continue;
    const resource = await resourceOf(object);
    const rules = resource.namespaced ? perNamespace.get(object.metadata.namespace ?? home) : cluster;
    rules?.add(resource, object.metadata.name, ["get"]);
  }
  for (const kind of kinds)
    cluster.add(
      { group: parseApiVersion(kind.apiVersion).group, plural: kind.plural, namespaced: true },
      undefined,
      ["list", "watch"],
    );
  // Before what uses a new kind is applied, the kind is asked whether it answers.
  for (const resource of definitions.values()) cluster.add(resource, undefined, ["list"]);
  // Why an operator does not come up is in its pods' logs; they have names of their own.
  for (const object of managed)
    if (podSpecOf(object))
      perNamespace
        .get(object.metadata.namespace ?? home)
        ?.add({ group: "", plural: "pods/log", namespaced: true }, undefined, ["get"]);
  if (drawsValues(image.content)) {
    const own = new Rules();
    own.add({ group: "", plural: "secrets", namespaced: true }, `provider.${name}.values`, [
      "get",
      "create",
      "patch",
      "delete",
    ]);
    perNamespace.set(systemNamespace, own);
  }
  const tenants = providerRoles(name, kinds);
  for (const { metadata } of tenants)
    cluster.add({ group: RBAC_GROUP, plural: "clusterroles", namespaced: false }, metadata.name, ["get"]);
  return {
    name,
    namespaces,
    clusterRules: cluster.list(),
    rules: [...perNamespace]
      .map(([namespace, rules]) => ({ namespace, rules: rules.list() }))
      .filter(({ rules }) => rules.length > 0),
    ruling: [
      ...namespaces.map((namespace) => namespaceObject(namespace, objects)),
      ...ruling.filter(({ kind }) => kind !== "Namespace"),
      ...tenants,
    ],
    pins: pinsOf(name, managed, bound),
  };
}

/** What an administrator applies. */
export function grantObjects(
  grant: Grant,
  { version = "", systemNamespace = SYSTEM_NAMESPACE }: { version?: string; systemNamespace?: string } = {},
): KubernetesObject[] {
  const name = grantName(grant.name);
  const labels = { [label.grant]: grant.name };
  const subjects = [{ kind: "ServiceAccount", name: MANAGER, namespace: systemNamespace }];
  const marked = (object: KubernetesObject): KubernetesObject => ({
    ...object,
    metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...labels } },
  });
  const rights = (rules: PolicyRule[], namespace?: string): KubernetesObject[] => {
    const where = namespace ? { namespace } : {};
    const kind = namespace ? "Role" : "ClusterRole";
    const annotations =
      version && !namespace ? { annotations: { "hub.sealos.io/granted-version": version } } : {};
    return [
      { apiVersion: RBAC, kind, metadata: { name, ...where, labels, ...annotations }, rules },
      {
        apiVersion: RBAC,
        kind: `${kind}Binding`,
        metadata: { name, ...where, labels },
        roleRef: { apiGroup: RBAC_GROUP, kind, name },
        subjects,
      },
    ];
  };
  return [
    ...grant.ruling.map(marked),
    ...grant.pins.map(marked),
    ...grant.rules.flatMap(({ namespace, rules }) => rights(rules, namespace)),
    // Last: it is what the manager waits for.
    ...rights(grant.clusterRules),
  ];
}

/** Rules by resource and verbs, names gathered. */
class Rules {
  readonly #rights = new Map<string, { resource: ResourceName; name?: string; verbs: Set<string> }>();

  add(resource: ResourceName, name: string | undefined, verbs: readonly string[]): void {
    const key = `${resource.group}/${resource.plural}/${name ?? "*"}`;
    const known = this.#rights.get(key) ?? { resource, ...(name ? { name } : {}), verbs: new Set<string>() };
    for (const verb of verbs) known.verbs.add(verb);
    this.#rights.set(key, known);
  }

  list(): PolicyRule[] {
    const rules = new Map<string, PolicyRule>();
    for (const { resource, name, verbs } of this.#rights.values()) {
      const key = `${resource.group}/${resource.plural}/${[...verbs].join()}/${name ? "named" : "all"}`;
      const rule = rules.get(key) ?? {
        apiGroups: [resource.group],
        resources: [resource.plural],
        ...(name ? { resourceNames: [] } : {}),
        verbs: [...verbs],
      };
      if (name) rule.resourceNames?.push(name);
      rules.set(key, rule);
    }
    return [...rules.values()];
  }
}

/** Namespaces in which some account is given rights by the image: its pods are worth taking over. */
function boundNamespaces(objects: readonly KubernetesObject[]): ReadonlySet<string> {
  return new Set(
    objects
      .filter(({ kind }) => kind === "RoleBinding" || kind === "ClusterRoleBinding")
      .flatMap((binding) =>
        listAt(binding, "subjects").flatMap(
          (subject) => textAt(subject, "namespace") ?? binding.metadata.namespace ?? [],
        ),
      ),
  );
}

/** Whether what runs pods with rights cannot be pinned, so that only the administrator may apply it. */
function mustRule(object: KubernetesObject, bound: ReadonlySet<string>): boolean {
  const within = object.metadata.namespace !== undefined && bound.has(object.metadata.namespace);
  return within && podSpecOf(object) !== undefined && !isPinned(object);
}

function definedResource(object: KubernetesObject): [string, ResourceName][] {
  if (object.kind !== "CustomResourceDefinition") return [];
  const group = textAt(object, "spec.group") ?? "";
  const kind = textAt(object, "spec.names.kind") ?? "";
  const plural = textAt(object, "spec.names.plural") ?? "";
  return [[`${group}/${kind}`, { group, plural, namespaced: textAt(object, "spec.scope") !== "Cluster" }]];
}

function namespaceObject(namespace: string, objects: readonly KubernetesObject[]): KubernetesObject {
  const brought = objects.find(({ kind, metadata }) => kind === "Namespace" && metadata.name === namespace);
  const pods = objects.filter((object) => (object.metadata.namespace ?? namespace) === namespace);
  // Kubernetes holds everybody to it who makes pods there, the manager included.
  const level: Record<string, string> = pods.some(weakensNode)
    ? {}
    : { "pod-security.kubernetes.io/enforce": "baseline" };
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace, labels: { ...brought?.metadata.labels, ...level } },
  };
}

function refuseForeign(namespace: string, name: string, systemNamespace: string): void {
  const foreign = /^(kube-.*|default|ns-.*)$/.test(namespace) || namespace === systemNamespace;
  if (!foreign) return;
  throw new ProblemError(
    "manifest-refused",
    `${name} writes into the namespace ${namespace}, which is not its own.`,
    because("grant-namespace", { provider: name, namespace }),
  );
}

/** Kinds that the manager may list and watch in any case; `deploy/rbac/40-manager.yaml` says the same. */
const FOLLOWED = new Set([
  ...["pods", "events", "services", "configmaps", "persistentvolumeclaims", "serviceaccounts"],
  ...["resourcequotas", "limitranges", "secrets"],
  ...["deployments", "statefulsets", "daemonsets", "replicasets"].map((each) => `apps/${each}`),
  ...["jobs", "cronjobs"].map((each) => `batch/${each}`),
  ...["ingresses", "networkpolicies"].map((each) => `networking.k8s.io/${each}`),
  "autoscaling/horizontalpodautoscalers",
  "policy/poddisruptionbudgets",
  "apiextensions.k8s.io/customresourcedefinitions",
]);

function followedAnyway({ group, plural }: ResourceName): boolean {
  return FOLLOWED.has(group ? `${group}/${plural}` : plural);
}

import {
  checkEscalation,
  limitRangeAdmission,
  podSecurity,
  quotaAdmission,
  type ResourceQuota,
  templateWarning,
} from "../access/index.ts";
import type { JsonObject } from "../schema/index.ts";
import type { Backend } from "./cluster.ts";
import { parse } from "./cluster.ts";
import { CLAIM_PROTECTION, VOLUME_PROTECTION } from "./controllers/protection.ts";
import { generateName } from "./names.ts";
import { at, type Fields, type KubeObject, list, text } from "./objects.ts";
import type { ResourceType } from "./registry.ts";
import { forbidden, notFound } from "./status.ts";
import type { WriteOptions } from "./write.ts";

const RBAC = "rbac.authorization.k8s.io";

/** Sets what policy sets on a new object, before its validation. Throws when policy refuses it. */
export function mutate(backend: Backend, type: ResourceType, object: KubeObject): void {
  if (type.storage === "pods") {
    useServiceAccount(backend, type, object);
    usePriority(backend, type, object);
    limit(backend, type, object);
  } else if (type.storage === "persistentvolumes") {
    protect(object, VOLUME_PROTECTION);
  } else if (type.storage === "persistentvolumeclaims") {
    protect(object, CLAIM_PROTECTION);
    useDefaultClass(backend, object);
    limit(backend, type, object);
  }
}

function protect({ metadata }: KubeObject, finalizer: string): void {
  if (!metadata.finalizers?.includes(finalizer))
    metadata.finalizers = [...(metadata.finalizers ?? []), finalizer];
}

/** What policy refuses after validation. Throws 403 or 404. */
export function admit(
  backend: Backend,
  type: ResourceType,
  object: KubeObject,
  live: KubeObject | undefined,
  options: WriteOptions,
): void {
  if (type.group === RBAC) checkRights(backend, type, object, options);
  if (type.storage === "pods" && !live) checkSecurity(backend, type, object, options);
  const template = at(object, "spec", "jobTemplate", "spec", "template") ?? at(object, "spec", "template");
  if (WORKLOADS.has(type.group) && template) warnOfTemplate(backend, object, template as JsonObject, options);
  if (NOT_CALLED.has(type.plural)) {
    options.warnings.push(
      `the sandbox keeps ${type.kind} objects and never obeys them: it calls no other server`,
    );
  }
}

/** Kinds that a cluster's API server acts upon and this one only keeps. */
const NOT_CALLED = new Set([
  "apiservices",
  "mutatingadmissionpolicies",
  "mutatingadmissionpolicybindings",
  "mutatingwebhookconfigurations",
  "validatingadmissionpolicies",
  "validatingadmissionpolicybindings",
  "validatingwebhookconfigurations",
]);

function checkRights(backend: Backend, type: ResourceType, object: KubeObject, options: WriteOptions): void {
  const refused = checkEscalation(
    options.user,
    object as Parameters<typeof checkEscalation>[1],
    backend.access,
  );
  if (!refused) return;
  if ("notFound" in refused)
    throw notFound({ group: RBAC, plural: refused.notFound.plural }, refused.notFound.name);
  throw forbidden(type, object.metadata.name, refused.forbidden);
}

/** Groups whose kinds make pods from a template. */
const WORKLOADS = new Set(["apps", "batch"]);

/** Workloads are taken whatever their pods ask for; their makers are told what will become of the pods. */
function warnOfTemplate(
  backend: Backend,
  object: KubeObject,
  template: JsonObject,
  options: WriteOptions,
): void {
  const labels = backend.store.get("namespaces", "", object.metadata.namespace ?? "")?.labels ?? {};
  const grace = at(template, "spec", "terminationGracePeriodSeconds");
  if (typeof grace === "number" && grace < 0)
    options.warnings.push(
      "spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1",
    );
  const warning = templateWarning(labels, template);
  if (warning) options.warnings.push(warning);
}

function checkSecurity(backend: Backend, type: ResourceType, pod: KubeObject, options: WriteOptions): void {
  const labels = backend.store.get("namespaces", "", pod.metadata.namespace ?? "")?.labels ?? {};
  const { forbidden: refused, warning } = podSecurity(labels, pod as JsonObject);
  if (refused) throw forbidden(type, pod.metadata.name, refused);
  if (warning) options.warnings.push(warning);
}

function useServiceAccount(backend: Backend, type: ResourceType, pod: KubeObject): void {
  const spec = pod.spec as Fields;
  const name = String(spec.serviceAccountName ?? "default");
  const namespace = pod.metadata.namespace ?? "";
  const entry = backend.store.get("serviceaccounts", namespace, name);
  if (!entry) {
    throw forbidden(
      type,
      pod.metadata.name,
      `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
    );
  }
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
  const account = JSON.parse(entry.body) as { automountServiceAccountToken?: boolean };
  if ((spec.automountServiceAccountToken ?? account.automountServiceAccountToken) !== false) mountToken(spec);
}

const TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Gives every container that has none the account's token, its authority and the namespace's name. */
function mountToken(spec: Fields): void {
  const containers = [...list(spec, "containers"), ...list(spec, "initContainers")] as Fields[];
  const open = containers.filter(
    (each) => !list(each, "volumeMounts").some((m) => at(m, "mountPath") === TOKEN_PATH),
  );
  if (open.length === 0) return;
  const name = generateName("kube-api-access-");
  for (const each of open) {
    each.volumeMounts = [...list(each, "volumeMounts"), { name, readOnly: true, mountPath: TOKEN_PATH }];
  }
  const sources = [
    { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
    { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    {
      downwardAPI: {
        items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
      },
    },
  ];
  spec.volumes = [...list(spec, "volumes"), { name, projected: { sources, defaultMode: 420 } }];
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/ */
function usePriority(backend: Backend, type: ResourceType, pod: KubeObject): void {
  const spec = pod.spec as Fields;
  const name = text(spec, "priorityClassName");
  const classes = [...backend.store.list("scheduling.k8s.io/priorityclasses")].map(
    (entry) => JSON.parse(entry.body) as KubeObject,
  );
  const found = name
    ? classes.find(({ metadata }) => metadata.name === name)
    : classes.find(({ globalDefault }) => globalDefault === true);
  const built = name === undefined ? undefined : SYSTEM_PRIORITIES[name];
  if (name && !found && built === undefined) {
    throw forbidden(type, pod.metadata.name, `no PriorityClass with name ${name} was found`);
  }
  if (found) spec.priorityClassName = found.metadata.name;
  spec.priority = found?.value ?? built ?? 0;
  spec.preemptionPolicy = found?.preemptionPolicy ?? "PreemptLowerPriority";
}

const SYSTEM_PRIORITIES: Record<string, number> = {
  "system-cluster-critical": 2_000_000_000,
  "system-node-critical": 2_000_001_000,
};

function useDefaultClass(backend: Backend, claim: KubeObject): void {
  const spec = claim.spec as Fields;
  if (spec.storageClassName !== undefined || spec.volumeName) return;
  for (const entry of backend.store.list("storage.k8s.io/storageclasses")) {
    const annotations = at(JSON.parse(entry.body), "metadata", "annotations");
    if (text(annotations, "storageclass.kubernetes.io/is-default-class") !== "true") continue;
    spec.storageClassName = entry.name;
    return;
  }
}

function limit(backend: Backend, type: ResourceType, object: KubeObject): void {
  const ranges = objects(backend, "limitranges", object.metadata.namespace ?? "");
  if (ranges.length === 0) return;
  const refused = limitRangeAdmission(ranges, type.plural, object as JsonObject);
  if (refused) throw forbidden(type, object.metadata.name, refused);
}

/** Charges a new object, or what an update adds, to the namespace's quotas. Throws 403 when one is exceeded. */
export function charge(
  backend: Backend,
  type: ResourceType,
  object: KubeObject,
  live: KubeObject | undefined,
  options: WriteOptions,
): void {
  const namespace = object.metadata.namespace;
  if (!namespace || type.storage === "resourcequotas" || type.storage === "events") return;
  if (live && !["pods", "persistentvolumeclaims", "services"].includes(type.storage)) return;
  const quotas = objects(backend, "resourcequotas", namespace);
  if (quotas.length === 0) return;
  const decision = quotaAdmission(
    quotas as ResourceQuota[],
    { group: type.group, resource: type.plural },
    object as JsonObject,
    live as JsonObject | undefined,
  );
  if (decision.forbidden) throw forbidden(type, object.metadata.name, decision.forbidden);
  if (options.dryRun) return;
  for (const quota of quotas) {
    const used = decision.used.get(quota.metadata.name);
    if (!used) continue;
    quota.status = { ...(quota.status as Fields), used };
    backend.store.put("resourcequotas", quota);
  }
}

function objects(backend: Backend, resource: string, namespace: string): KubeObject[] {
  const type = backend.registry.byStorage(resource);
  return type ? [...backend.store.list(resource, namespace)].map((entry) => parse(type, entry)) : [];
}

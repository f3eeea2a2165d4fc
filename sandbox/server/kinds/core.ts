import { at, type Fields, type KubeObject, list, same, text } from "../objects.ts";
import type { FieldError } from "../status.ts";
import { customResourceDefinitions } from "./definitions.ts";
import type { KindRules } from "./index.ts";
import { services } from "./services.ts";

const namespaces: KindRules = {
  keepsStatus: true,
  create(object) {
    const given = list(object, "spec", "finalizers").filter((name) => name !== "kubernetes");
    object.spec = { finalizers: [...given, "kubernetes"] };
    object.status = { phase: "Active" };
    object.metadata.labels = {
      ...object.metadata.labels,
      "kubernetes.io/metadata.name": object.metadata.name,
    };
  },
  update(object, live) {
    object.spec = live.spec;
    object.status = live.metadata.deletionTimestamp
      ? { ...(live.status as Fields), phase: "Terminating" }
      : live.status;
  },
  holds: (object: KubeObject) => list(object, "spec", "finalizers").length > 0,
};

const secrets: KindRules = {
  convert(object) {
    const plain = object.stringData as Record<string, string> | undefined;
    if (plain) {
      const data = { ...(object.data as Fields) };
      for (const [key, value] of Object.entries(plain)) data[key] = Buffer.from(value).toString("base64");
      object.data = data;
    }
    delete object.stringData;
  },
  defaults(object) {
    object.type ??= "Opaque";
  },
};

const pods: KindRules = {
  generation: true,
  validate(object, live) {
    const before = at(live, "spec", "activeDeadlineSeconds");
    const now = at(object, "spec", "activeDeadlineSeconds");
    if (typeof before !== "number" || (typeof now === "number" && now <= before)) return [];
    const why =
      now === undefined
        ? "must not update from a positive integer to nil value"
        : "must be less than or equal to previous value";
    const message = `Invalid value: ${JSON.stringify(now ?? null)}: ${why}`;
    return [{ type: "FieldValueInvalid", field: "spec.activeDeadlineSeconds", message }];
  },
  create(object) {
    object.status = { phase: "Pending", qosClass: qosClass(object) };
    const spec = object.spec as Fields;
    spec.preemptionPolicy ??= "PreemptLowerPriority";
    spec.priority ??= 0;
    spec.tolerations = [...list(spec, "tolerations"), ...missingTolerations(spec)];
    spec.enableServiceLinks ??= true;
  },
};

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/ */
function qosClass(pod: KubeObject): string {
  const all = [...list(pod, "spec", "containers"), ...list(pod, "spec", "initContainers")];
  const value = (container: unknown, kind: string, name: string) => at(container, "resources", kind, name);
  const names = ["cpu", "memory"];
  const some = all.some((each) =>
    names.some((name) => value(each, "limits", name) ?? value(each, "requests", name)),
  );
  if (!some) return "BestEffort";
  const guaranteed = all.every((each) =>
    names.every((name) => {
      const limit = value(each, "limits", name);
      return limit !== undefined && (value(each, "requests", name) ?? limit) === limit;
    }),
  );
  return guaranteed ? "Guaranteed" : "Burstable";
}

const NODE_TROUBLE = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

function missingTolerations(spec: Fields): Fields[] {
  const has = (key: string) =>
    list(spec, "tolerations").some((each) => text(each, "key") === key || !at(each, "key"));
  return NODE_TROUBLE.filter((key) => !has(key)).map((key) => ({
    key,
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: 300,
  }));
}

/** Roles without rules have none at all, however they were written. */
const bare = (object: KubeObject) => {
  if (list(object, "rules").length === 0) object.rules = null;
};
const roles: KindRules = { create: bare, update: bare };

const events: KindRules = {
  validate(object) {
    const namespace =
      text(object, "involvedObject", "namespace") ?? text(object, "regarding", "namespace") ?? "";
    if (
      namespace === (object.metadata.namespace ?? "") ||
      (namespace === "" && object.metadata.namespace === "default")
    )
      return [];
    const field = object.regarding ? "regarding.namespace" : "involvedObject.namespace";
    const message = `Invalid value: ${JSON.stringify(namespace)}: does not match event.namespace`;
    return [{ type: "FieldValueInvalid", field, message }];
  },
};

/** What a Deployment may not report of itself. */
function deploymentStatus(object: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const status = (object.status ?? {}) as Record<string, number | undefined>;
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0, updatedReplicas = 0 } = status;
  const add = (field: string, value: number, why: string) =>
    errors.push({
      type: "FieldValueInvalid",
      field: `status.${field}`,
      message: `Invalid value: ${value}: ${why}`,
    });
  const counts = { replicas, updatedReplicas, readyReplicas, availableReplicas };
  for (const [field, value] of Object.entries(counts))
    if (value < 0) add(field, value, "must be greater than or equal to 0");
  const most = "cannot be greater than status.replicas";
  if (updatedReplicas > replicas) add("updatedReplicas", updatedReplicas, most);
  if (readyReplicas > replicas) add("readyReplicas", readyReplicas, most);
  if (availableReplicas > replicas) add("availableReplicas", availableReplicas, most);
  if (availableReplicas > readyReplicas)
    add("availableReplicas", availableReplicas, "cannot be greater than readyReplicas");
  return errors;
}

const deployments: KindRules = { generation: true, validate: deploymentStatus };

const claims: KindRules = {
  create(object) {
    object.status = { phase: "Pending" };
  },
};

const volumes: KindRules = {
  create(object) {
    object.status = { phase: "Pending" };
  },
};

const counted: KindRules = { generation: true };

const TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

/** Long deprecated, and still counted: how often a DaemonSet's template has changed. */
const daemonSets: KindRules = {
  generation: true,
  defaults(object, live) {
    const before = Number(live?.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
    const changed = !live || !same(at(live, "spec", "template"), at(object, "spec", "template"));
    object.metadata.annotations = {
      ...object.metadata.annotations,
      [TEMPLATE_GENERATION]: String(changed ? before + 1 : before),
    };
  },
};

/** A job finds its pods by its own uid, unless it is told otherwise. */
const jobs: KindRules = {
  generation: true,
  create(object) {
    const spec = object.spec as Fields;
    if (spec.manualSelector === true) return;
    const { uid = "", name } = object.metadata;
    const labels = {
      "batch.kubernetes.io/controller-uid": uid,
      "batch.kubernetes.io/job-name": name,
      "controller-uid": uid,
      "job-name": name,
    };
    const template = spec.template as Fields;
    const metadata = (template.metadata ?? {}) as Fields;
    metadata.labels = { ...(metadata.labels as Fields | undefined), ...labels };
    template.metadata = metadata;
    object.metadata.labels ??= { ...(metadata.labels as Record<string, string>) };
    spec.selector = { matchLabels: { "batch.kubernetes.io/controller-uid": uid } };
  },
};

export const core: Record<string, KindRules> = {
  pods,
  services,
  persistentvolumeclaims: claims,
  persistentvolumes: volumes,
  replicationcontrollers: counted,
  "apps/deployments": deployments,
  events,
  "rbac.authorization.k8s.io/roles": roles,
  "rbac.authorization.k8s.io/clusterroles": roles,
  "apps/replicasets": counted,
  "apps/statefulsets": counted,
  "apps/daemonsets": daemonSets,
  "batch/jobs": jobs,
  "batch/cronjobs": counted,
  "networking.k8s.io/ingresses": counted,
  "networking.k8s.io/ingressclasses": counted,
  "networking.k8s.io/networkpolicies": counted,
  "policy/poddisruptionbudgets": counted,
  "discovery.k8s.io/endpointslices": counted,
  "scheduling.k8s.io/priorityclasses": counted,
  "admissionregistration.k8s.io/mutatingwebhookconfigurations": counted,
  "admissionregistration.k8s.io/validatingwebhookconfigurations": counted,
  "admissionregistration.k8s.io/validatingadmissionpolicies": counted,
  "admissionregistration.k8s.io/validatingadmissionpolicybindings": counted,
  namespaces,
  secrets,
  "apiextensions.k8s.io/customresourcedefinitions": customResourceDefinitions,
};

import { at, type Fields, type KubeObject, list, same, text } from "../objects.ts";
import type { FieldError } from "../status.ts";
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

const stored = (object: KubeObject) =>
  list(object, "spec", "versions").filter((version) => at(version, "storage") === true);

/** Versions as the API server's own type prints them. */
function goVersions(object: KubeObject): string {
  const versions = list(object, "spec", "versions").map((version) => ({
    Name: text(version, "name") ?? "",
    Served: at(version, "served") === true,
    Storage: at(version, "storage") === true,
    Deprecated: at(version, "deprecated") === true,
    DeprecationWarning: at(version, "deprecationWarning") ?? null,
    Schema: null,
    Subresources: null,
    AdditionalPrinterColumns: null,
    SelectableFields: null,
  }));
  return JSON.stringify(versions);
}

const COLUMN_TYPES = ["boolean", "date", "integer", "number", "string"];
const DNS_1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

/** What is wrong with a version besides its schema. The only version's parts are known by their older place. */
function versionErrors(object: KubeObject, version: unknown, index: number): FieldError[] {
  const errors: FieldError[] = [];
  const only = list(object, "spec", "versions").length === 1;
  const place = only ? "spec" : `spec.versions[${index}]`;
  const invalid = (field: string, value: unknown, why: string) =>
    errors.push({
      type: "FieldValueInvalid",
      field,
      message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
    });
  const required = (field: string) =>
    errors.push({ type: "FieldValueRequired", field, message: "Required value" });
  const name = text(version, "name") ?? "";
  if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
    invalid(`spec.versions[${index}].name`, name, DNS_1035);
    if (only) invalid("spec.version", name, DNS_1035);
  }
  for (const [i, column] of list(version, "additionalPrinterColumns").entries()) {
    const field = `${place}.additionalPrinterColumns[${i}]`;
    const { name: title = "", type = "", jsonPath = "" } = column as Record<string, string>;
    if (title === "") required(`${field}.name`);
    if (!COLUMN_TYPES.includes(type))
      invalid(`${field}.type`, type, `must be one of ${COLUMN_TYPES.join(",")}`);
    if (!jsonPath.startsWith("."))
      invalid(`${field}.JSONPath`, jsonPath, "must be a simple json path starting with .");
  }
  const scale = at(version, "subresources", "scale");
  for (const [key, under] of [
    ["specReplicasPath", ".spec"],
    ["statusReplicasPath", ".status"],
  ] as const) {
    if (!scale) break;
    const path = text(scale, key) ?? "";
    const field = `${place}.subresources.scale.${key}`;
    if (path === "") required(field);
    else if (!path.startsWith(`${under}.`)) invalid(field, path, `should be a json path under ${under}`);
  }
  for (const [i, selectable] of list(version, "selectableFields").entries()) {
    const path = text(selectable, "jsonPath") ?? "";
    let current: unknown = at(version, "schema", "openAPIV3Schema");
    for (const step of path.split(".").slice(1)) current = at(current, "properties", step);
    if (!current)
      invalid(
        `${place}.selectableFields[${i}].jsonPath`,
        path,
        "is an invalid path: does not refer to a valid field",
      );
  }
  return errors;
}

/** What of an established definition may not change. */
function immutable(object: KubeObject, live: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  for (const path of [["scope"], ["group"], ["names", "kind"], ["names", "plural"]]) {
    const now = at(object, "spec", ...path);
    if (now === at(live, "spec", ...path)) continue;
    errors.push({
      type: "FieldValueInvalid",
      field: `spec.${path.join(".")}`,
      message: `Invalid value: ${JSON.stringify(now ?? "")}: field is immutable`,
    });
  }
  const names = list(object, "spec", "versions").map((version) => text(version, "name"));
  for (const [i, version] of (list(live, "status", "storedVersions") as string[]).entries()) {
    if (names.includes(version)) continue;
    errors.push({
      type: "FieldValueInvalid",
      field: `status.storedVersions[${i}]`,
      message: `Invalid value: ${JSON.stringify(version)}: missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`,
    });
  }
  return errors;
}

const customResourceDefinitions: KindRules = {
  generation: true,
  defaults(object) {
    const names = at(object, "spec", "names") as Fields | undefined;
    if (!names) return;
    names.singular ??= String(names.kind).toLowerCase();
    names.listKind ??= `${names.kind}List`;
    const spec = object.spec as Fields;
    spec.conversion ??= { strategy: "None" };
  },
  create(object) {
    const stored = list(object, "spec", "versions").filter((version) => at(version, "storage") === true);
    object.status = {
      conditions: null,
      acceptedNames: { plural: "", kind: "" },
      storedVersions: stored.map((version) => text(version, "name")),
    };
  },
  validate(object, live, backend) {
    if (live) {
      const fixed = immutable(object, live);
      if (fixed.length > 0) return fixed;
    }
    const schemas = list(object, "spec", "versions").flatMap((version, index) => {
      const schema = at(version, "schema", "openAPIV3Schema");
      const path = `spec.versions[${index}].schema.openAPIV3Schema`;
      // The only version's schema is known by its older place.
      const known = list(object, "spec", "versions").length === 1 ? "spec.validation.openAPIV3Schema" : path;
      if (schema) return backend.machinery.structuralErrors(schema, known);
      return [{ type: "FieldValueRequired", field: path, message: "Required value" }];
    });
    const scope = text(object, "spec", "scope");
    if (scope !== "Cluster" && scope !== "Namespaced") {
      schemas.push({
        type: "FieldValueNotSupported",
        field: "spec.scope",
        message: `Unsupported value: ${JSON.stringify(scope ?? "")}: supported values: "Cluster", "Namespaced"`,
      });
    }
    const group = text(object, "spec", "group") ?? "";
    if (!group.includes(".")) {
      schemas.push({
        type: "FieldValueInvalid",
        field: "spec.group",
        message: `Invalid value: ${JSON.stringify(group)}: should be a domain with at least one dot`,
      });
    }
    for (const name of ["plural", "kind", "singular", "listKind"]) {
      const given = text(object, "spec", "names", name);
      if (given && !(name === "listKind" && given === "List" && !text(object, "spec", "names", "kind")))
        continue;
      schemas.push({ type: "FieldValueRequired", field: `spec.names.${name}`, message: "Required value" });
    }
    for (const [i, version] of list(object, "spec", "versions").entries())
      schemas.push(...versionErrors(object, version, i));
    const storage = list(object, "spec", "versions").filter((version) => at(version, "storage") === true);
    if (storage.length !== 1) {
      schemas.push({
        type: "FieldValueInvalid",
        field: "spec.versions",
        message: `Invalid value: ${goVersions(object)}: must have exactly one version marked as storage version`,
      });
      if (stored(object).length === 0)
        schemas.push({
          type: "FieldValueInvalid",
          field: "status.storedVersions",
          message: "Invalid value: null: must have at least one stored version",
        });
    }
    if (text(object, "spec", "conversion", "strategy") === "Webhook") {
      schemas.push({
        type: "FieldValueNotSupported",
        field: "spec.conversion.strategy",
        message: 'Unsupported value: "Webhook": the sandbox calls no other server: supported values: "None"',
      });
    }
    const expected = `${text(object, "spec", "names", "plural")}.${text(object, "spec", "group")}`;
    if (object.metadata.name === expected) return schemas;
    return [
      ...schemas,
      {
        type: "FieldValueInvalid",
        field: "metadata.name",
        message: `Invalid value: "${object.metadata.name}": must be spec.names.plural+"."+spec.group`,
      },
    ];
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

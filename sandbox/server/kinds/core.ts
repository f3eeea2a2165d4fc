import { at, type Fields, type KubeObject, list, text } from "../objects.ts";
import type { KindRules } from "./index.ts";
import { services } from "./services.ts";

const namespaces: KindRules = {
  keepsStatus: true,
  create(object) {
    object.spec = { finalizers: ["kubernetes"] };
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
  validate(object, _live, backend) {
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
    for (const name of ["plural", "kind"]) {
      if (text(object, "spec", "names", name)) continue;
      schemas.push({ type: "FieldValueRequired", field: `spec.names.${name}`, message: "Required value" });
    }
    const storage = list(object, "spec", "versions").filter((version) => at(version, "storage") === true);
    if (storage.length !== 1) {
      schemas.push({
        type: "FieldValueInvalid",
        field: "spec.versions",
        message: "Invalid value: must have exactly one version marked as storage version",
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
  "apps/deployments": counted,
  "apps/replicasets": counted,
  "apps/statefulsets": counted,
  "apps/daemonsets": counted,
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

import { isObject, type Json, type JsonObject, type Schema } from "./types.ts";

type Defaults = (object: JsonObject) => void;

const CORE = "io.k8s.api.core.v1.";

/** Sets the fields that are absent. */
function set(object: JsonObject, defaults: JsonObject): void {
  for (const field in defaults)
    if (object[field] === undefined || object[field] === null) object[field] = defaults[field] ?? null;
}

function nested(object: JsonObject, field: string): JsonObject | undefined {
  const value = object[field];
  return isObject(value) ? value : undefined;
}

function list(object: JsonObject, field: string): JsonObject[] {
  const value = object[field];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

const simple =
  (defaults: JsonObject): Defaults =>
  (object) =>
    set(object, structuredClone(defaults));

/** `latest` and no tag at all mean pulling every time; a digest never does. */
function pullPolicy(image: Json | undefined): string {
  const text = String(image ?? "");
  if (text.includes("@")) return "IfNotPresent";
  const tag = /:([^:/]+)$/.exec(text)?.[1];
  return tag === undefined || tag === "latest" ? "Always" : "IfNotPresent";
}

/** Requests that are missing take the limits' values. */
function requestsFromLimits(container: JsonObject): void {
  const resources = nested(container, "resources");
  const limits = resources && nested(resources, "limits");
  if (!resources || !limits) return;
  resources.requests = { ...limits, ...nested(resources, "requests") };
}

function container(object: JsonObject): void {
  set(object, {
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: pullPolicy(object.image),
    resources: {},
  });
  for (const port of list(object, "ports")) set(port, { protocol: "TCP" });
}

function podSpec(spec: JsonObject): void {
  set(spec, {
    restartPolicy: "Always",
    dnsPolicy: "ClusterFirst",
    schedulerName: "default-scheduler",
    terminationGracePeriodSeconds: 30,
    securityContext: {},
  });
  // The deprecated spelling is kept in step.
  if (spec.serviceAccountName === undefined && spec.serviceAccount !== undefined) {
    spec.serviceAccountName = spec.serviceAccount;
  }
  if (spec.serviceAccountName !== undefined) spec.serviceAccount = spec.serviceAccountName;
  if (spec.hostNetwork === true) {
    for (const each of [...list(spec, "containers"), ...list(spec, "initContainers")]) {
      for (const port of list(each, "ports")) set(port, { hostPort: port.containerPort ?? 0 });
    }
  }
}

function pod(object: JsonObject): void {
  const spec = nested(object, "spec");
  if (!spec) return;
  if (spec.enableServiceLinks === undefined) spec.enableServiceLinks = true;
  for (const each of [...list(spec, "containers"), ...list(spec, "initContainers")]) requestsFromLimits(each);
}

function service(object: JsonObject): void {
  const spec = nested(object, "spec");
  if (!spec) return;
  set(spec, { sessionAffinity: "None", type: "ClusterIP" });
  if (spec.sessionAffinity === "ClientIP") {
    set(spec, { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } });
  }
  for (const port of list(spec, "ports")) {
    set(port, { protocol: "TCP" });
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === "") {
      port.targetPort = port.port ?? 0;
    }
  }
  if (spec.type === "NodePort" || spec.type === "LoadBalancer")
    set(spec, { externalTrafficPolicy: "Cluster" });
  if (spec.type === "LoadBalancer") set(spec, { allocateLoadBalancerNodePorts: true });
  if (spec.type !== "ExternalName") set(spec, { internalTrafficPolicy: "Cluster" });
}

function rollingUpdate(object: JsonObject, strategy: string, values: JsonObject): void {
  const spec = nested(object, "spec");
  if (!spec) return;
  const chosen = nested(spec, strategy) ?? {};
  spec[strategy] = chosen;
  set(chosen, { type: "RollingUpdate" });
  if (chosen.type !== "RollingUpdate") return;
  set(chosen, { rollingUpdate: {} });
  const rolling = nested(chosen, "rollingUpdate");
  if (rolling) set(rolling, values);
}

function deployment(object: JsonObject): void {
  const spec = nested(object, "spec");
  if (!spec) return;
  set(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  rollingUpdate(object, "strategy", { maxUnavailable: "25%", maxSurge: "25%" });
}

function statefulSet(object: JsonObject): void {
  const spec = nested(object, "spec");
  if (!spec) return;
  set(spec, { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: "OrderedReady" });
  set(spec, { persistentVolumeClaimRetentionPolicy: {} });
  const retention = nested(spec, "persistentVolumeClaimRetentionPolicy");
  if (retention) set(retention, { whenDeleted: "Retain", whenScaled: "Retain" });
  rollingUpdate(object, "updateStrategy", { partition: 0 });
  for (const claim of list(spec, "volumeClaimTemplates")) {
    claim.apiVersion = "v1";
    claim.kind = "PersistentVolumeClaim";
  }
}

function daemonSet(object: JsonObject): void {
  const spec = nested(object, "spec");
  if (!spec) return;
  set(spec, { revisionHistoryLimit: 10 });
  rollingUpdate(object, "updateStrategy", { maxUnavailable: 1, maxSurge: 0 });
}

function job(object: JsonObject): void {
  const spec = nested(object, "spec");
  if (!spec) return;
  set(spec, { manualSelector: false });
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  set(spec, { parallelism: 1, completionMode: "NonIndexed", suspend: false });
  set(spec, { backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : 2147483647 });
  set(spec, { podReplacementPolicy: spec.podFailurePolicy === undefined ? "TerminatingOrFailed" : "Failed" });
}

function secretVolume(object: JsonObject): void {
  set(object, { defaultMode: 420 });
}

function resourceQuotaNames(object: JsonObject): void {
  const spec = nested(object, "spec");
  if (spec) set(spec, {});
}

function limitRangeItem(item: JsonObject): void {
  if (item.type !== "Container") return;
  const max = nested(item, "max");
  const min = nested(item, "min");
  item.default = { ...max, ...nested(item, "default") };
  item.defaultRequest = { ...min, ...nested(item, "default"), ...nested(item, "defaultRequest") };
  for (const field of ["default", "defaultRequest"]) {
    if (Object.keys(nested(item, field) ?? {}).length === 0) delete item[field];
  }
}

function horizontalPodAutoscaler(object: JsonObject): void {
  const spec = nested(object, "spec");
  if (!spec) return;
  set(spec, {
    minReplicas: 1,
    metrics: [
      {
        type: "Resource",
        resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
      },
    ],
  });
}

function roleRefGroup(object: JsonObject): void {
  const ref = nested(object, "roleRef");
  if (ref && (ref.apiGroup === undefined || ref.apiGroup === "")) ref.apiGroup = "rbac.authorization.k8s.io";
}

function subject(object: JsonObject): void {
  if (object.apiGroup !== undefined) return;
  if (object.kind === "User" || object.kind === "Group") object.apiGroup = "rbac.authorization.k8s.io";
}

function crd(object: JsonObject): void {
  const spec = nested(object, "spec");
  if (!spec) return;
  set(spec, { conversion: { strategy: "None" } });
  const names = nested(spec, "names");
  if (!names) return;
  set(names, { singular: String(names.kind ?? "").toLowerCase(), listKind: `${names.kind}List` });
}

function networkPolicySpec(spec: JsonObject): void {
  if (spec.policyTypes === undefined || (Array.isArray(spec.policyTypes) && spec.policyTypes.length === 0)) {
    spec.policyTypes = spec.egress === undefined ? ["Ingress"] : ["Ingress", "Egress"];
  }
}

const WORKLOAD_TEMPLATE: Defaults = (object) => {
  const template = nested(nested(object, "spec") ?? {}, "template");
  const spec = template && nested(template, "spec");
  if (spec) podSpec(spec);
};

/**
 * What `SetDefaults_*` of the API server do, by the OpenAPI name of the type that they are for. Children are filled
 * before their parents.
 */
const DEFAULTS: Record<string, Defaults> = {
  [`${CORE}Container`]: container,
  [`${CORE}EphemeralContainer`]: container,
  [`${CORE}PodSpec`]: podSpec,
  [`${CORE}Pod`]: pod,
  [`${CORE}Service`]: service,
  [`${CORE}Probe`]: (probe) => {
    set(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  },
  [`${CORE}HTTPGetAction`]: simple({ path: "/", scheme: "HTTP" }),
  [`${CORE}GRPCAction`]: simple({ service: "" }),
  [`${CORE}SecretVolumeSource`]: secretVolume,
  [`${CORE}ConfigMapVolumeSource`]: secretVolume,
  [`${CORE}DownwardAPIVolumeSource`]: secretVolume,
  [`${CORE}ProjectedVolumeSource`]: secretVolume,
  [`${CORE}ServiceAccountTokenProjection`]: simple({ expirationSeconds: 3600 }),
  [`${CORE}HostPathVolumeSource`]: simple({ type: "" }),
  [`${CORE}ObjectFieldSelector`]: simple({ apiVersion: "v1" }),
  [`${CORE}Volume`]: (volume) => {
    if (Object.keys(volume).length === 1 && volume.name !== undefined) volume.emptyDir = {};
  },
  [`${CORE}PersistentVolumeClaimSpec`]: simple({ volumeMode: "Filesystem" }),
  [`${CORE}PersistentVolumeClaim`]: (claim) => {
    const status = nested(claim, "status") ?? {};
    set(status, { phase: "Pending" });
    claim.status = status;
  },
  [`${CORE}PersistentVolume`]: (volume) => {
    const status = nested(volume, "status") ?? {};
    set(status, { phase: "Pending" });
    volume.status = status;
    const spec = nested(volume, "spec");
    if (spec) set(spec, { persistentVolumeReclaimPolicy: "Retain", volumeMode: "Filesystem" });
  },
  [`${CORE}Secret`]: (secret) => set(secret, { type: "Opaque" }),
  [`${CORE}Namespace`]: (namespace) => {
    const metadata = nested(namespace, "metadata");
    if (metadata && typeof metadata.name === "string" && metadata.name !== "") {
      metadata.labels = { ...nested(metadata, "labels"), "kubernetes.io/metadata.name": metadata.name };
    }
    const status = nested(namespace, "status") ?? {};
    set(status, { phase: "Active" });
    namespace.status = status;
  },
  [`${CORE}ReplicationController`]: (object) => {
    const spec = nested(object, "spec");
    if (spec) set(spec, { replicas: 1 });
  },
  [`${CORE}ResourceQuota`]: resourceQuotaNames,
  [`${CORE}LimitRangeItem`]: limitRangeItem,
  [`${CORE}PodTemplate`]: WORKLOAD_TEMPLATE,
  "io.k8s.api.apps.v1.Deployment": deployment,
  "io.k8s.api.apps.v1.StatefulSet": statefulSet,
  "io.k8s.api.apps.v1.DaemonSet": daemonSet,
  "io.k8s.api.apps.v1.ReplicaSet": (object) => {
    const spec = nested(object, "spec");
    if (spec) set(spec, { replicas: 1 });
  },
  "io.k8s.api.batch.v1.Job": job,
  "io.k8s.api.batch.v1.CronJobSpec": simple({
    concurrencyPolicy: "Allow",
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  }),
  "io.k8s.api.networking.v1.NetworkPolicySpec": networkPolicySpec,
  "io.k8s.api.networking.v1.NetworkPolicyPort": simple({ protocol: "TCP" }),
  "io.k8s.api.networking.v1.IngressClassParametersReference": simple({ scope: "Cluster" }),
  "io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler": horizontalPodAutoscaler,
  "io.k8s.api.rbac.v1.RoleBinding": roleRefGroup,
  "io.k8s.api.rbac.v1.ClusterRoleBinding": roleRefGroup,
  "io.k8s.api.rbac.v1.Subject": subject,
  "io.k8s.api.storage.v1.StorageClass": simple({ reclaimPolicy: "Delete", volumeBindingMode: "Immediate" }),
  "io.k8s.api.discovery.v1.EndpointPort": simple({ name: "", protocol: "TCP" }),
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition": crd,
  "io.k8s.api.scheduling.v1.PriorityClass": simple({ preemptionPolicy: "PreemptLowerPriority" }),
};

type Plan = { own: Defaults | undefined; children: [string, Plan, boolean][]; values: Plan | undefined };
const PLANS = new WeakMap<Schema, Plan | null>();

/** The parts of a schema below which a default can apply; null when there are none. */
function planOf(schema: Schema, open: Set<Schema> = new Set()): Plan | null {
  const known = PLANS.get(schema);
  if (known !== undefined) return known;
  if (open.has(schema) || schema.name?.includes("JSONSchemaProps")) return null;
  open.add(schema);
  const own = schema.name === undefined ? undefined : DEFAULTS[schema.name];
  const children: Plan["children"] = [];
  for (const [field, child] of Object.entries(schema.properties ?? {})) {
    if (field === "metadata" || field === "status") continue;
    const plan = planOf(child.type === "array" && child.items ? child.items : child, open);
    if (plan) children.push([field, plan, child.type === "array"]);
  }
  const values = schema.additionalProperties
    ? (planOf(schema.additionalProperties, open) ?? undefined)
    : undefined;
  open.delete(schema);
  const plan = own || children.length > 0 || values ? { own, children, values } : null;
  PLANS.set(schema, plan);
  return plan;
}

function carryOut(plan: Plan, object: JsonObject): void {
  for (const [field, child, isList] of plan.children) {
    const value = object[field];
    if (isList && Array.isArray(value)) {
      for (const item of value) if (isObject(item)) carryOut(child, item);
    } else if (isObject(value)) carryOut(child, value);
  }
  if (plan.values)
    for (const field in object) if (isObject(object[field])) carryOut(plan.values, object[field]);
  plan.own?.(object);
}

/** Puts the API server's defaults into a decoded built-in object, in place. */
export function defaultBuiltin(schema: Schema, object: JsonObject): void {
  const plan = planOf(schema);
  if (plan) carryOut(plan, object);
}

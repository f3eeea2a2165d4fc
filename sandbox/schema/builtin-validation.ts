import { isIP } from "node:net";
import {
  Checker,
  CONFIG_KEY,
  checkLabels,
  isCIDR,
  LABEL,
  object,
  objects,
  PORT_NAME,
  SUBDOMAIN,
  selects,
  WILDCARD,
} from "./checks.ts";
import { checkPodSpec, checkTemplate } from "./pod-validation.ts";
import { parseQuantity } from "./quantity.ts";
import { equal, type FieldError, isObject, type Json, type JsonObject, type Schema } from "./types.ts";

type Validate = (object: JsonObject, check: Checker, old: JsonObject | undefined) => void;

const IMMUTABLE = "field is immutable";

function checkSelector(
  spec: JsonObject,
  check: Checker,
  old: JsonObject | undefined,
  required: boolean,
): void {
  const labels = object(object(spec.template).metadata).labels;
  const selector = spec.selector;
  if (!isObject(selector)) {
    if (required) check.at("selector").required();
  } else {
    checkLabels(selector.matchLabels, check.at("selector").at("matchLabels"));
    if (Object.keys(selector).length === 0)
      check.at("selector").invalid({}, "empty selector is invalid for deployment");
  }
  if (!isObject(selector) || !selects(selector, object(labels))) {
    check
      .at("template")
      .at("metadata")
      .at("labels")
      .invalid(labels ?? null, "`selector` does not match template `labels`");
  }
  if (old && !equal(object(old.spec).selector, selector))
    check.at("selector").invalid(selector ?? null, IMMUTABLE);
}

function checkWorkload(spec: JsonObject, check: Checker, old: JsonObject | undefined, required = true): void {
  checkSelector(spec, check, old, required);
  for (const field of ["replicas", "minReadySeconds", "revisionHistoryLimit"])
    check.at(field).notNegative(spec[field]);
  const template = object(spec.template);
  checkTemplate(template, check.at("template"));
  const policy = object(template.spec).restartPolicy;
  if (policy !== "Always" && policy !== undefined)
    check.at("template").at("spec").at("restartPolicy").oneOf(policy, ["Always"]);
}

const deployment: Validate = (body, root, old) => {
  const spec = object(body.spec);
  const check = root.at("spec");
  checkWorkload(spec, check, old);
  const strategy = object(spec.strategy);
  const at = check.at("strategy");
  const rolling = strategy.rollingUpdate;
  if (strategy.type === "Recreate") {
    if (rolling !== undefined)
      at.at("rollingUpdate").forbidden("may not be specified when strategy `type` is 'Recreate'");
  } else if (strategy.type === "RollingUpdate") {
    const none = (value: Json | undefined) => value === 0 || value === "0%";
    if (none(object(rolling).maxUnavailable) && none(object(rolling).maxSurge)) {
      at.at("rollingUpdate").at("maxUnavailable").invalid(0, "may not be 0 when `maxSurge` is 0");
    }
  } else
    at.oneOf({ Type: strategy.type ?? "", RollingUpdate: rolling ?? null }, ["Recreate", "RollingUpdate"]);
};

const STATEFUL_SET_UPDATES = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
];

/** Containers may mount what `volumeClaimTemplates` will make, besides the template's own volumes. */
function withClaimedVolumes(spec: JsonObject): JsonObject {
  const template = object(spec.template);
  const pod = object(template.spec);
  const own = objects(pod.volumes);
  const claimed = objects(spec.volumeClaimTemplates)
    .map((claim) => object(claim.metadata).name ?? null)
    .filter((name) => !own.some((volume) => volume.name === name))
    .map((name): JsonObject => ({ name, emptyDir: {} }));
  return { ...spec, template: { ...template, spec: { ...pod, volumes: [...own, ...claimed] } } };
}

const statefulSet: Validate = (body, root, old) => {
  const spec = object(body.spec);
  const check = root.at("spec");
  if (old) {
    const fixed = (value: Json | undefined) =>
      Object.fromEntries(
        Object.entries(object(value)).filter(([field]) => !STATEFUL_SET_UPDATES.includes(field)),
      );
    if (!equal(fixed(old.spec), fixed(spec))) {
      check.forbidden(
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
      );
      return;
    }
  }
  checkWorkload(withClaimedVolumes(spec), check, undefined);
  const management = spec.podManagementPolicy;
  if (management !== "OrderedReady" && management !== "Parallel") {
    check.at("podManagementPolicy").invalid(management ?? "", "must be 'OrderedReady' or 'Parallel'");
  }
  objects(spec.volumeClaimTemplates).forEach((claim, i) => {
    checkClaim(object(claim.spec), check.at("volumeClaimTemplates").at(i).at("spec"));
  });
};

const replicaSet: Validate = (body, root, old) => checkWorkload(object(body.spec), root.at("spec"), old);

const daemonSet: Validate = (body, root, old) => {
  checkWorkload(object(body.spec), root.at("spec"), old, false);
};

function checkJob(spec: JsonObject, check: Checker): void {
  for (const field of [
    "parallelism",
    "completions",
    "backoffLimit",
    "activeDeadlineSeconds",
    "ttlSecondsAfterFinished",
  ]) {
    check.at(field).notNegative(spec[field]);
  }
  const template = object(spec.template);
  checkTemplate(template, check.at("template"));
  const policy = object(template.spec).restartPolicy;
  if (policy === "Always" || policy === undefined) {
    check.at("template").at("spec").at("restartPolicy").required('valid values: "OnFailure", "Never"');
  }
}

const job: Validate = (body, root, old) => {
  const spec = object(body.spec);
  const check = root.at("spec");
  checkJob(spec, check);
  if (!old) return;
  const before = object(old.spec);
  for (const field of ["completions", "selector", "template", "completionMode"]) {
    const same = equal(before[field], spec[field]);
    // Scheduling hints of a suspended job may change.
    if (!same && !(field === "template" && before.suspend === true))
      check.at(field).invalid(spec[field] ?? null, IMMUTABLE);
  }
};

const cronJob: Validate = (body, root) => {
  const spec = object(body.spec);
  const check = root.at("spec");
  const name = String(object(body.metadata).name);
  if (name.length > 52) root.at("metadata").at("name").invalid(name, "must be no more than 52 characters");
  const schedule = String(spec.schedule ?? "");
  const fields = schedule.trim().split(/\s+/);
  if (schedule === "") check.at("schedule").required();
  else if (!schedule.startsWith("@") && fields.length !== 5) {
    check
      .at("schedule")
      .invalid(schedule, `expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`);
  }
  check.at("concurrencyPolicy").oneOf(spec.concurrencyPolicy ?? "", ["Allow", "Forbid", "Replace"]);
  for (const field of ["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"]) {
    check.at(field).notNegative(spec[field]);
  }
  checkJob(object(object(spec.jobTemplate).spec), check.at("jobTemplate").at("spec"));
};

const POD_UPDATES =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

const pod: Validate = (body, root, old) => {
  const spec = object(body.spec);
  checkPodSpec(spec, root.at("spec"));
  if (!old) return;
  const fixed = (value: JsonObject) => {
    const {
      activeDeadlineSeconds: _a,
      tolerations: _t,
      terminationGracePeriodSeconds: _g,
      nodeName: _n,
      schedulingGates: _s,
      ephemeralContainers: _e,
      ...rest
    } = value;
    for (const field of ["containers", "initContainers"]) {
      rest[field] = objects(value[field]).map(({ image: _i, resources: _r, ...container }) => container);
    }
    return rest;
  };
  if (!equal(fixed(object(old.spec)), fixed(spec))) root.at("spec").forbidden(POD_UPDATES);
};

const service: Validate = (body, root, old) => {
  const spec = object(body.spec);
  const check = root.at("spec");
  const ports = objects(spec.ports);
  const external = spec.type === "ExternalName";
  if (ports.length === 0 && !external && spec.clusterIP !== "None") check.at("ports").required();
  if (external && (spec.externalName === undefined || spec.externalName === ""))
    check.at("externalName").required();
  const names = new Set<string>();
  const numbers = new Set<string>();
  ports.forEach((port, i) => {
    const at = check.at("ports").at(i);
    const name = String(port.name ?? "");
    if (ports.length > 1 && name === "") at.at("name").required();
    if (name !== "") {
      at.at("name").matches(name, LABEL);
      if (names.has(name)) at.at("name").duplicate(name);
      names.add(name);
    }
    at.at("port").port(port.port ?? 0);
    at.at("protocol").oneOf(port.protocol ?? "", ["SCTP", "TCP", "UDP"]);
    const target = port.targetPort;
    if (typeof target === "string") at.at("targetPort").matches(target, PORT_NAME);
    else at.at("targetPort").port(target ?? 0);
    const key = `${port.protocol}/${port.port}`;
    if (numbers.has(key)) {
      at.duplicate({
        Name: "",
        Protocol: port.protocol ?? "",
        AppProtocol: null,
        Port: port.port ?? 0,
        TargetPort: 0,
        NodePort: 0,
      });
    }
    numbers.add(key);
  });
  check.at("type").oneOf(spec.type ?? "", ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]);
  check.at("sessionAffinity").oneOf(spec.sessionAffinity ?? "", ["ClientIP", "None"]);
  checkLabels(spec.selector, check.at("selector"));
  const before = object(old?.spec);
  if (
    old &&
    !external &&
    before.type !== "ExternalName" &&
    before.clusterIP !== undefined &&
    spec.clusterIP !== undefined &&
    before.clusterIP !== spec.clusterIP
  ) {
    check.at("clusterIPs").at(0).invalid([spec.clusterIP], "may not change once set");
  }
};

const configMap: Validate = (body, root, old) => {
  for (const field of ["data", "binaryData"]) {
    for (const key of Object.keys(object(body[field]))) {
      root.at(field).key(key).matches(key, CONFIG_KEY);
      if (field === "data" && Object.hasOwn(object(body.binaryData), key)) {
        root.at("data").key(key).invalid(key, "duplicate of key present in binaryData");
      }
    }
  }
  checkImmutable(body, root, old);
};

function checkImmutable(body: JsonObject, root: Checker, old: JsonObject | undefined): void {
  if (old?.immutable !== true) return;
  const why = "field is immutable when `immutable` is set";
  if (body.immutable !== true) root.at("immutable").forbidden(why);
  for (const field of ["data", "binaryData"])
    if (!equal(old[field], body[field])) root.at(field).forbidden(why);
}

const SECRET_KEYS: Record<string, string[]> = {
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
};

const secret: Validate = (body, root, old) => {
  const data = object(body.data);
  for (const key of Object.keys(data)) root.at("data").key(key).matches(key, CONFIG_KEY);
  const type = String(body.type ?? "");
  for (const key of SECRET_KEYS[type] ?? []) {
    const given = data[key];
    if (given === undefined) root.at("data").key(key).required();
    else if (key.startsWith(".docker")) checkJson(String(given), root.at("data").key(key));
  }
  if (type === "kubernetes.io/basic-auth" && data.username === undefined && data.password === undefined) {
    root.at("data").key("username").required();
    root.at("data").key("password").required();
  }
  if (old && old.type !== body.type) root.at("type").invalid(type, IMMUTABLE);
  checkImmutable(body, root, old);
};

function checkJson(base64: string, check: Checker): void {
  const text = Buffer.from(base64, "base64").toString();
  try {
    JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    check.invalid(
      "<secret contents redacted>",
      `invalid character '${text.trim()[0] ?? ""}' looking for beginning of value`,
    );
  }
}

const ACCESS_MODES = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

function checkClaim(spec: JsonObject, check: Checker): void {
  const modes = Array.isArray(spec.accessModes) ? spec.accessModes : [];
  if (modes.length === 0) check.at("accessModes").required("at least 1 access mode is required");
  for (const mode of modes) check.at("accessModes").oneOf(mode, ACCESS_MODES);
  const storage = object(object(spec.resources).requests).storage;
  const at = check.at("resources").key("storage");
  if (storage === undefined) at.required();
  else if (parseQuantity(String(storage)).nano <= 0n) at.invalid(storage, "must be greater than zero");
}

const claim: Validate = (body, root, old) => {
  const spec = object(body.spec);
  const check = root.at("spec");
  checkClaim(spec, check);
  if (!old) return;
  const before = object(old.spec);
  const bound = object(old.status).phase === "Bound";
  const fixed = ({ resources: _r, volumeAttributesClassName: _v, volumeName: _n, ...rest }: JsonObject) => {
    // A claim that asked for no class may still be given one.
    if (before.storageClassName === undefined && !bound) delete rest.storageClassName;
    return rest;
  };
  const size = (value: JsonObject) =>
    parseQuantity(String(object(object(value.resources).requests).storage ?? 0)).nano;
  if (!equal(fixed(before), fixed(spec)) || (!bound && size(before) !== size(spec))) {
    check.forbidden(
      "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
    );
  } else if (size(spec) < size(before)) {
    check
      .at("resources")
      .at("requests")
      .at("storage")
      .forbidden("field can not be less than status.capacity");
  }
};

const PATH_TYPES = ["Exact", "ImplementationSpecific", "Prefix"];

const ingress: Validate = (body, root) => {
  const spec = object(body.spec);
  const check = root.at("spec");
  const rules = objects(spec.rules);
  if (rules.length === 0 && spec.defaultBackend === undefined) {
    check.invalid(null, "either `defaultBackend` or `rules` must be specified");
  }
  if (spec.defaultBackend !== undefined)
    checkBackend(object(spec.defaultBackend), check.at("defaultBackend"));
  rules.forEach((rule, i) => {
    const at = check.at("rules").at(i);
    checkHost(rule.host, at.at("host"));
    if (rule.http === undefined) return;
    const paths = objects(object(rule.http).paths);
    if (paths.length === 0) at.at("http").at("paths").required();
    paths.forEach((path, j) => {
      checkPath(path, at.at("http").at("paths").at(j));
    });
  });
  objects(spec.tls).forEach((tls, i) => {
    (Array.isArray(tls.hosts) ? tls.hosts : []).forEach((host, j) => {
      const at = check.at("tls").at(i).at("hosts").at(j);
      at.matches(host, String(host).startsWith("*") ? WILDCARD : SUBDOMAIN);
    });
  });
};

function checkHost(host: Json | undefined, check: Checker): void {
  if (typeof host !== "string" || host === "") return;
  if (isIP(host) !== 0) check.invalid(host, "must be a DNS name, not an IP address");
  else check.matches(host, host.startsWith("*") ? WILDCARD : SUBDOMAIN);
}

function checkPath(path: JsonObject, check: Checker): void {
  if (path.pathType === undefined || path.pathType === null)
    check.at("pathType").required("pathType must be specified");
  else check.at("pathType").oneOf(path.pathType, PATH_TYPES);
  const text = String(path.path ?? "");
  if ((path.pathType === "Prefix" || path.pathType === "Exact" || text !== "") && !text.startsWith("/")) {
    check.at("path").invalid(text, "must be an absolute path");
  }
  checkBackend(object(path.backend), check.at("backend"));
}

function checkBackend(backend: JsonObject, check: Checker): void {
  const target = backend.service;
  if (target === undefined && backend.resource === undefined) {
    check.invalid("", "resource or service backend is required");
    return;
  }
  if (target === undefined) return;
  const port = object(object(target).port);
  if (port.name === undefined && (port.number === undefined || port.number === 0)) {
    check.required("port name or number is required");
  } else if (port.name === undefined) check.at("service").at("port").at("number").port(port.number);
  const name = String(object(target).name ?? "");
  if (name === "") check.at("service").at("name").required();
}

const networkPolicy: Validate = (body, root) => {
  const spec = object(body.spec);
  for (const [field, peers] of [
    ["ingress", "from"],
    ["egress", "to"],
  ] as const) {
    objects(spec[field]).forEach((rule, i) => {
      objects(rule[peers]).forEach((peer, j) => {
        const at = root.at("spec").at(field).at(i).at(peers).at(j);
        if (Object.keys(peer).length === 0) at.required("must specify a peer");
        if (peer.ipBlock === undefined) return;
        const cidr = String(object(peer.ipBlock).cidr ?? "");
        if (cidr === "") at.at("ipBlock").at("cidr").required();
        else if (!isCIDR(cidr)) {
          at.at("ipBlock")
            .at("cidr")
            .invalid(cidr, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
        }
      });
    });
  }
};

const disruptionBudget: Validate = (body, root) => {
  const spec = object(body.spec);
  if (spec.minAvailable === undefined || spec.maxUnavailable === undefined) return;
  root.at("spec").invalid(
    {
      MinAvailable: spec.minAvailable,
      Selector: spec.selector ?? null,
      MaxUnavailable: spec.maxUnavailable,
      UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
    },
    "minAvailable and maxUnavailable cannot be both set",
  );
};

const autoscaler: Validate = (body, root) => {
  const spec = object(body.spec);
  const max = Number(spec.maxReplicas ?? 0);
  const at = root.at("spec").at("maxReplicas");
  if (max < 1) at.required("must be set and greater than 0");
  if (max < Number(spec.minReplicas ?? 1)) at.invalid(max, "must be greater than or equal to `minReplicas`");
};

const rules =
  (namespaced: boolean): Validate =>
  (body, root) => {
    objects(body.rules).forEach((rule, i) => {
      const at = root.at("rules").at(i);
      const some = (field: string) => Array.isArray(rule[field]) && rule[field].length > 0;
      if (!some("verbs")) at.at("verbs").required("verbs must contain at least one value");
      if (some("nonResourceURLs")) {
        if (namespaced)
          at.at("nonResourceURLs").invalid(
            rule.nonResourceURLs ?? null,
            "namespaced rules cannot apply to non-resource URLs",
          );
        else if (some("apiGroups") || some("resources") || some("resourceNames")) {
          at.at("nonResourceURLs").invalid(
            rule.nonResourceURLs ?? null,
            "rules cannot apply to both regular resources and non-resource URLs",
          );
        }
        return;
      }
      if (!some("apiGroups"))
        at.at("apiGroups").required("resource rules must supply at least one api group");
      if (!some("resources")) at.at("resources").required("resource rules must supply at least one resource");
    });
  };

const binding =
  (namespaced: boolean): Validate =>
  (body, root, old) => {
    const ref = object(body.roleRef);
    const at = root.at("roleRef");
    at.at("kind").oneOf(ref.kind ?? "", namespaced ? ["Role", "ClusterRole"] : ["ClusterRole"]);
    if (ref.name === undefined || ref.name === "") {
      if (
        ref.kind === undefined ||
        ref.kind === "" ||
        namespaced === false ||
        ref.kind === "Role" ||
        ref.kind === "ClusterRole"
      )
        at.at("name").required();
    }
    objects(body.subjects).forEach((subject, i) => {
      const where = root.at("subjects").at(i);
      const known = ["ServiceAccount", "User", "Group"];
      if (!known.includes(String(subject.kind))) where.at("kind").oneOf(subject.kind ?? "", known);
      else if (subject.name === undefined || subject.name === "") where.at("name").required();
      else if (subject.kind === "ServiceAccount" && !namespaced && !subject.namespace)
        where.at("namespace").required();
    });
    if (old && !equal(old.roleRef, body.roleRef)) {
      at.invalid(
        { APIGroup: ref.apiGroup ?? "", Kind: ref.kind ?? "", Name: ref.name ?? "" },
        "cannot change roleRef",
      );
    }
  };

const QUOTA =
  /^((requests|limits)\.)?(cpu|memory|ephemeral-storage)$|^requests\.storage$|^(pods|services|replicationcontrollers|resourcequotas|secrets|configmaps|persistentvolumeclaims)$|^services\.(nodeports|loadbalancers)$|.+\/.+|^(requests|limits)\.hugepages-/;

const quota: Validate = (body, root) => {
  for (const [name, amount] of Object.entries(object(object(body.spec).hard))) {
    const at = root.at("spec").at("hard").key(name);
    if (!QUOTA.test(name)) {
      at.invalid(name, "must be a standard resource type or fully qualified");
      at.invalid(name, "must be a standard resource for quota");
    }
    if (parseQuantity(String(amount)).nano < 0n) at.invalid(amount, "must be greater than or equal to 0");
  }
};

/** By the OpenAPI name of the kind. Kinds that are not here are checked by their schema alone. */
const VALIDATORS: Record<string, Validate> = {
  "io.k8s.api.apps.v1.Deployment": deployment,
  "io.k8s.api.apps.v1.StatefulSet": statefulSet,
  "io.k8s.api.apps.v1.DaemonSet": daemonSet,
  "io.k8s.api.apps.v1.ReplicaSet": replicaSet,
  "io.k8s.api.batch.v1.Job": job,
  "io.k8s.api.batch.v1.CronJob": cronJob,
  "io.k8s.api.core.v1.Pod": pod,
  "io.k8s.api.core.v1.Service": service,
  "io.k8s.api.core.v1.ConfigMap": configMap,
  "io.k8s.api.core.v1.Secret": secret,
  "io.k8s.api.core.v1.PersistentVolumeClaim": claim,
  "io.k8s.api.core.v1.ResourceQuota": quota,
  "io.k8s.api.networking.v1.Ingress": ingress,
  "io.k8s.api.networking.v1.NetworkPolicy": networkPolicy,
  "io.k8s.api.policy.v1.PodDisruptionBudget": disruptionBudget,
  "io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler": autoscaler,
  "io.k8s.api.rbac.v1.Role": rules(true),
  "io.k8s.api.rbac.v1.ClusterRole": rules(false),
  "io.k8s.api.rbac.v1.RoleBinding": binding(true),
  "io.k8s.api.rbac.v1.ClusterRoleBinding": binding(false),
};

/** What the API server's validation refuses in a decoded and defaulted built-in object. */
export function builtinErrors(schema: Schema, body: JsonObject, old?: JsonObject): FieldError[] {
  const check = new Checker();
  if (schema.name !== undefined) VALIDATORS[schema.name]?.(body, check, old);
  return check.errors;
}

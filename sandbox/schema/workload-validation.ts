import { type Checker, checkLabels, object, objects, selects, type Validate } from "./checks.ts";
import { scheduleFault } from "./cron-schedule.ts";
import { checkClaim } from "./object-validation.ts";
import { checkPodSpec, checkTemplate } from "./pod-validation.ts";
import { equal, isObject, type Json, type JsonObject } from "./types.ts";

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

export const deployment: Validate = (body, root, old) => {
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

export const statefulSet: Validate = (body, root, old) => {
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

export const replicaSet: Validate = (body, root, old) =>
  checkWorkload(object(body.spec), root.at("spec"), old);

export const daemonSet: Validate = (body, root, old) => {
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

export const job: Validate = (body, root, old) => {
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

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch {
    return false;
  }
}

export const cronJob: Validate = (body, root) => {
  const spec = object(body.spec);
  const check = root.at("spec");
  const name = String(object(body.metadata).name);
  if (name.length > 52) root.at("metadata").at("name").invalid(name, "must be no more than 52 characters");
  const schedule = String(spec.schedule ?? "");
  if (schedule === "") check.at("schedule").required();
  else {
    const fault = scheduleFault(schedule);
    if (fault) check.at("schedule").invalid(schedule, fault);
    if (schedule.includes("TZ"))
      check
        .at("schedule")
        .invalid(schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
  }
  const { timeZone } = spec;
  if (typeof timeZone === "string" && !isTimeZone(timeZone))
    check.at("timeZone").invalid(timeZone, `unknown time zone ${timeZone}`);
  check.at("concurrencyPolicy").oneOf(spec.concurrencyPolicy ?? "", ["Allow", "Forbid", "Replace"]);
  for (const field of ["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"]) {
    check.at(field).notNegative(spec[field]);
  }
  checkJob(object(object(spec.jobTemplate).spec), check.at("jobTemplate").at("spec"));
};

const POD_UPDATES =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

export const pod: Validate = (body, root, old) => {
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

export const disruptionBudget: Validate = (body, root) => {
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

export const autoscaler: Validate = (body, root) => {
  const spec = object(body.spec);
  const max = Number(spec.maxReplicas ?? 0);
  const at = root.at("spec").at("maxReplicas");
  if (max < 1) at.required("must be set and greater than 0");
  if (max < Number(spec.minReplicas ?? 1)) at.invalid(max, "must be greater than or equal to `minReplicas`");
  const target = object(spec.scaleTargetRef);
  const ref = root.at("spec").at("scaleTargetRef");
  if (!target.kind) ref.at("kind").required();
  if (!target.name) ref.at("name").required();
  if (!target.apiVersion) ref.at("apiVersion").invalid("", "apiVersion must specify API group");
};

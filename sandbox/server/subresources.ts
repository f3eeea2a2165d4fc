import { randomUUID } from "node:crypto";
import { ISSUER } from "./authentication.ts";
import type { Backend } from "./cluster.ts";
import { parse } from "./cluster.ts";
import { deleteEntry } from "./delete.ts";
import { sendLog } from "./logs.ts";
import { at, type Fields, isFields, type KubeObject, list, text, timestamp } from "./objects.ts";
import { writeOptions } from "./options.ts";
import { changedBy, checkKind } from "./patch.ts";
import type { ResourceType, ScalePaths } from "./registry.ts";
import { mediaType, type RequestContext, readBody } from "./request.ts";
import { send, success } from "./respond.ts";
import { conflict, forbiddenScale, invalid, modified, notFound, notServed, StatusError } from "./status.ts";
import { replaceObject, type WriteOptions, type Written } from "./write.ts";

/** Subresources that are views of the object itself and go through the ordinary verbs. */
const PARTS = new Set(["", "status", "ephemeralcontainers", "resize", "approval"]);

/** Answers what no ordinary verb does; false when the request is an ordinary one. */
export async function serveSubresource(
  backend: Backend,
  type: ResourceType,
  context: RequestContext,
  readWritten: () => Promise<KubeObject>,
  options: () => WriteOptions,
): Promise<boolean> {
  const { subresource, verb, namespace, name } = context.info;
  if (PARTS.has(subresource)) return false;
  const entry = backend.store.get(type.storage, type.namespaced ? namespace : "", name);
  if (!entry) throw notFound(type, name);
  const live = parse(type, entry);
  switch (`${type.plural}/${subresource}`) {
    case "pods/log":
      await sendLog(backend, live, context);
      return true;
    case "pods/eviction":
      await evict(backend, type, live, await readWritten(), context, options());
      return true;
    case "pods/binding":
      await bind(backend, type, live, await readWritten(), context, options());
      return true;
    case "serviceaccounts/token":
      issueToken(backend, live, await readWritten(), context);
      return true;
    case "namespaces/finalize":
      await finalize(backend, type, live, await readWritten(), context, options());
      return true;
  }
  if (subresource !== "scale") throw notServed(`${type.plural}/${subresource}`);
  if (verb === "get") {
    send(context, 200, scaleOf(type, live));
    return true;
  }
  const wanted = verb === "patch" ? await patchedScale(backend, type, live, context) : await readWritten();
  checkKind({ ...type, group: "autoscaling", version: "v1", kind: "Scale" }, wanted);
  const { object, entry: written } = rescale(backend, type, live, wanted, options());
  if (written) await backend.store.committed();
  send(context, 200, scaleOf(type, object));
  return true;
}

const BUILTIN: ScalePaths = { specReplicas: ["spec", "replicas"], statusReplicas: ["status", "replicas"] };

function scaleOf(type: ResourceType, object: KubeObject): KubeObject {
  const paths = type.custom?.scale ?? BUILTIN;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = at(object, ...paths.specReplicas);
  const status = at(object, ...paths.statusReplicas);
  const selector = type.custom
    ? paths.selector && at(object, ...paths.selector)
    : selectorText(at(object, "spec", "selector"));
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as KubeObject["metadata"],
    spec: typeof replicas === "number" ? { replicas } : {},
    status: { replicas: typeof status === "number" ? status : 0, ...(selector ? { selector } : {}) },
  };
}

/** A label selector as the text that list requests take. */
export function selectorText(selector: unknown): string {
  if (!isFields(selector)) return "";
  const labels = selector.matchLabels ?? (selector.matchExpressions ? {} : selector);
  const terms = Object.entries(labels as Fields).map(([key, value]) => `${key}=${value}`);
  for (const expression of list(selector, "matchExpressions") as {
    key: string;
    operator: string;
    values?: string[];
  }[]) {
    const { key, operator, values = [] } = expression;
    if (operator === "Exists") terms.push(key);
    else if (operator === "DoesNotExist") terms.push(`!${key}`);
    else terms.push(`${key} ${operator.toLowerCase()} (${values.join(",")})`);
  }
  return terms.sort().join(",");
}

async function patchedScale(backend: Backend, type: ResourceType, live: KubeObject, context: RequestContext) {
  const scale = scaleOf(type, live);
  const media = mediaType(context.request);
  // A Scale has no lists: a strategic merge is a plain one.
  const plain = media.includes("strategic") ? "application/merge-patch+json" : media;
  return changedBy(backend, type, plain, scale, await readBody(context.request));
}

function rescale(
  backend: Backend,
  type: ResourceType,
  live: KubeObject,
  scale: KubeObject,
  options: WriteOptions,
): Written {
  const paths = type.custom?.scale ?? BUILTIN;
  const { resourceVersion } = scale.metadata;
  if (resourceVersion && resourceVersion !== live.metadata.resourceVersion)
    throw modified(type, live.metadata.name);
  const replicas = at(scale, "spec", "replicas") ?? 0;
  if (typeof replicas !== "number" || !Number.isInteger(replicas) || replicas < 0)
    throw forbiddenScale(live.metadata.name, replicas);
  const object = structuredClone(live);
  let target: Fields = object;
  for (const step of paths.specReplicas.slice(0, -1)) {
    if (!isFields(target[step])) target[step] = {};
    target = target[step] as Fields;
  }
  target[paths.specReplicas.at(-1) ?? "replicas"] = replicas;
  const entry = backend.store.get(type.storage, live.metadata.namespace ?? "", live.metadata.name);
  if (!entry) throw notFound(type, live.metadata.name);
  return replaceObject(backend, type, entry, live, object, {
    ...options,
    subresource: "",
    trackedAs: "scale",
  });
}

async function evict(
  backend: Backend,
  type: ResourceType,
  pod: KubeObject,
  eviction: KubeObject,
  context: RequestContext,
  options: WriteOptions,
): Promise<void> {
  const budgets = backend.registry.byStorage("policy/poddisruptionbudgets");
  for (const entry of budgets ? backend.store.list(budgets.storage, pod.metadata.namespace) : []) {
    const budget = budgets && parse(budgets, entry);
    if (!budget || !selects(at(budget, "spec", "selector"), pod.metadata.labels ?? {})) continue;
    if (Number(at(budget, "status", "disruptionsAllowed") ?? 0) > 0) continue;
    throw new StatusError(
      429,
      "TooManyRequests",
      "Cannot evict pod as it would violate the pod's disruption budget.",
      {
        causes: [
          {
            reason: "DisruptionBudget",
            message: `The disruption budget ${entry.name} needs ${at(budget, "status", "desiredHealthy") ?? 0} healthy pods and has ${at(budget, "status", "currentHealthy") ?? 0} currently`,
          },
        ],
        retryAfterSeconds: 10,
      },
    );
  }
  const entry = backend.store.get(type.storage, pod.metadata.namespace ?? "", pod.metadata.name);
  const grace = at(eviction, "deleteOptions", "gracePeriodSeconds");
  if (entry) {
    deleteEntry(backend, type, entry, {
      ...(typeof grace === "number" && { graceSeconds: grace }),
      dryRun: options.dryRun,
      now: options.now,
    });
  }
  await backend.store.committed();
  send(context, 201, { ...success(undefined), code: 201 });
}

function selects(selector: unknown, labels: Record<string, string>): boolean {
  if (!isFields(selector)) return false;
  const equal = Object.entries((selector.matchLabels ?? {}) as Fields).every(
    ([key, value]) => labels[key] === value,
  );
  const expressions = list(selector, "matchExpressions") as {
    key: string;
    operator: string;
    values?: string[];
  }[];
  return (
    equal &&
    expressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      return (value !== undefined && values.includes(value)) === (operator === "In");
    })
  );
}

async function bind(
  backend: Backend,
  type: ResourceType,
  pod: KubeObject,
  binding: KubeObject,
  context: RequestContext,
  options: WriteOptions,
): Promise<void> {
  const node = text(binding, "target", "name");
  if (!node) {
    throw invalid({ group: "", kind: "Binding" }, pod.metadata.name, [
      { type: "FieldValueRequired", field: "target.name", message: "Required value" },
    ]);
  }
  const bound = text(pod, "spec", "nodeName");
  if (bound)
    throw conflict(
      { group: "", plural: "pods/binding" },
      pod.metadata.name,
      `pod ${pod.metadata.name} is already assigned to node "${bound}"`,
    );
  const conditions = list(pod, "status", "conditions").filter(
    (condition) => text(condition, "type") !== "PodScheduled",
  );
  const scheduled = {
    type: "PodScheduled",
    status: "True",
    lastProbeTime: null,
    lastTransitionTime: timestamp(options.now),
  };
  pod.spec = { ...(pod.spec as Fields), nodeName: node };
  pod.status = { ...(pod.status as Fields), conditions: [...conditions, scheduled] };
  if (!options.dryRun) backend.store.put(type.storage, pod);
  await backend.store.committed();
  send(context, 201, { ...success(undefined), code: 201 });
}

const HOUR = 3600;

function ownedSpec(request: KubeObject): Fields {
  const given = Object.keys((request.spec ?? {}) as Fields);
  return Object.fromEntries(
    [...new Set([...given, "expirationSeconds"])].sort().map((key) => [`f:${key}`, {}]),
  );
}

function issueToken(
  backend: Backend,
  account: KubeObject,
  request: KubeObject,
  context: RequestContext,
): void {
  const { name, namespace = "", uid } = account.metadata;
  const asked = at(request, "spec", "expirationSeconds");
  const seconds = typeof asked === "number" ? asked : HOUR;
  if (seconds < 600 || seconds > 2 ** 32) {
    throw invalid({ group: "authentication.k8s.io", kind: "TokenRequest" }, "", [
      {
        type: "FieldValueInvalid",
        field: "spec.expirationSeconds",
        message: `Invalid value: ${seconds}: ${seconds < 600 ? "may not specify a duration less than 10 minutes" : "may not specify a duration larger than 2^32 seconds"}`,
      },
    ]);
  }
  if (at(request, "spec", "boundObjectRef"))
    throw notServed("tokens bound to another object than their account");
  const audiences = list(request, "spec", "audiences") as string[];
  const now = context.now.getTime();
  const expires = now + seconds * 1000;
  const token = backend.tokens.forServiceAccount({
    namespace,
    name,
    uid,
    ...(audiences.length > 0 && { audiences }),
    expires,
    now,
  });
  send(context, 201, {
    kind: "TokenRequest",
    apiVersion: "authentication.k8s.io/v1",
    metadata: {
      name,
      namespace,
      uid: randomUUID(),
      creationTimestamp: timestamp(context.now),
      managedFields: [
        {
          manager: writeOptions(context).manager,
          operation: "Update",
          apiVersion: "authentication.k8s.io/v1",
          time: timestamp(context.now),
          fieldsType: "FieldsV1",
          fieldsV1: { "f:spec": ownedSpec(request) },
          subresource: "token",
        },
      ],
    },
    spec: {
      audiences: audiences.length > 0 ? audiences : [ISSUER],
      expirationSeconds: seconds,
      boundObjectRef: null,
    },
    status: { token, expirationTimestamp: timestamp(new Date(expires)) },
  });
}

async function finalize(
  backend: Backend,
  type: ResourceType,
  live: KubeObject,
  wanted: KubeObject,
  context: RequestContext,
  options: WriteOptions,
): Promise<void> {
  const finalizers = list(wanted, "spec", "finalizers");
  live.spec = { ...(live.spec as Fields), finalizers };
  const done =
    live.metadata.deletionTimestamp && finalizers.length === 0 && !live.metadata.finalizers?.length;
  if (!options.dryRun) {
    if (done) backend.store.remove(type.storage, live);
    else backend.store.put(type.storage, live);
  }
  await backend.store.committed();
  send(context, 200, live);
}

import { type Explanation, explain, healthWords } from "../install/explain.ts";
import { type Health, healthOf, isUnseenOnly } from "../install/health.ts";
import { declaredHealth } from "../install/instance-health.ts";
import { isCustom, rankOf } from "../install/order.ts";
import { groupKind, spoken } from "../install/references.ts";
import { isStopped } from "../install/suspend.ts";
import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";
import { because } from "../model/reasons.ts";
import type { Installation } from "../model/resources.ts";
import { masked } from "./actions/masked.ts";
import type { Memory } from "./memory.ts";
import { settlingFor } from "./settle.ts";
import { reasonOf } from "./status.ts";
import { installerUser, report, type Subject } from "./subject.ts";
import { isOpen, upgradeAfter } from "./upgrade.ts";
import type { World } from "./world.ts";

/** How an owner's objects fare. */
export interface Observation {
  done: number;
  total: number;
  /** The most telling of what is not well. */
  trouble?: Explanation;
  /** Nothing is amiss but that controllers have not seen the latest change of an object. */
  unseenOnly?: boolean;
}

/** Read of a log whose last lines are told; a node keeps none longer than 16 KiB. */
const LOG_BYTES = 512 * 1024;
const WORKLOADS = new Set(["Deployment", "StatefulSet", "DaemonSet", "Job", "Pod"]);

/** Looks at every object, without asking the API server for what the watches bring anyway. */
export async function observeObjects(
  world: World,
  references: readonly ObjectReference[],
  memory: Memory,
  logsAs: string | undefined,
): Promise<Observation> {
  let done = 0;
  const unwell: KubernetesObject[] = [];
  for (const reference of references) {
    const object = memory.newest(reference, world.children.get(reference) ?? world.made.get(reference));
    const health = object ? healthIn(world, object) : undefined;
    // A Job that is not there any more has removed itself after it was done.
    if (health?.status === "Current" || (!object && reference.kind === "Job")) done++;
    else if (object) unwell.push(object);
  }
  const total = references.length;
  if (unwell.length === 0) return { done, total };
  const unseenOnly = unwell.every((object) => !world.kinds.has(groupKind(object)) && isUnseenOnly(object));
  // What runs pods knows best why; claims and services mostly wait for them.
  unwell.sort(
    (a, b) => Number(WORKLOADS.has(b.kind)) - Number(WORKLOADS.has(a.kind)) || rankOf(a) - rankOf(b),
  );
  const found: Explanation[] = [];
  for (const object of unwell) {
    const explanation = await explainIn(world, object, logsAs, memory.hidden);
    if (!explanation) continue;
    found.push(explanation);
    if (explanation.failed && !DEPENDENT.has(explanation.code)) break;
  }
  const trouble = mostTelling(
    found,
    unwell.some((object) => isStarting(world, object)),
  );
  return { done, total, unseenOnly, ...(trouble ? { trouble } : {}) };
}

/** Troubles of an app whose database is still being made: they pass by themselves. */
const DEPENDENT = new Set<Explanation["code"]>(["config-missing", "volume-unmountable", "crash"]);

function mostTelling(found: readonly Explanation[], instancesStarting: boolean): Explanation | undefined {
  const certain = found.find(({ failed, code }) => failed && !DEPENDENT.has(code));
  if (certain) return certain;
  const dependent = found.find(({ failed }) => failed);
  if (!dependent) return found[0];
  if (!instancesStarting) return dependent;
  return (
    found.find(({ code, object }) => code === "starting" && isCustom(object)) ?? {
      ...dependent,
      failed: false,
    }
  );
}

function isStarting(world: World, object: KubernetesObject): boolean {
  const kind = world.kinds.get(groupKind(object));
  return kind !== undefined && declaredHealth(kind, object).status === "InProgress";
}

/** Health by the provider's own rules where a provider is known for the kind, else by kstatus. */
function healthIn(world: World, object: KubernetesObject): Health {
  const kind = world.kinds.get(groupKind(object));
  return kind ? declaredHealth(kind, object) : healthOf(object);
}

async function explainIn(
  world: World,
  object: KubernetesObject,
  logsAs: string | undefined,
  hidden: readonly string[],
): Promise<Explanation | undefined> {
  const namespace = object.metadata.namespace ?? "";
  const kind = world.kinds.get(groupKind(object));
  if (kind) {
    const health = declaredHealth(kind, object);
    const { status, message } = health;
    const failed = status === "Failed";
    const { apiVersion, kind: name } = object;
    return {
      code: failed ? "failed" : "starting",
      failed,
      object: { apiVersion, kind: name, name: object.metadata.name, namespace },
      ...because(failed ? "failed" : "starting", {
        kind: name,
        name: object.metadata.name,
        ...healthWords(health),
      }),
      message: `${spoken({ kind: name, name: object.metadata.name })} ${failed ? "failed" : "is starting"}: ${message}.`,
    };
  }
  const cluster = logsAs ? world.cluster.as(logsAs) : world.cluster;
  return explain(object, {
    pods: world.pods.list(namespace),
    events: world.events.list(namespace),
    log: async (pod, container, previous) => {
      const lines: string[] = [];
      const options = { container, previous, tailLines: 20, limitBytes: LOG_BYTES };
      const signal = AbortSignal.any([AbortSignal.timeout(5_000), world.signal]);
      for await (const line of cluster.logs({ namespace, name: pod }, options, signal)) lines.push(line);
      return masked(lines.join("\n"), hidden);
    },
  });
}

/**
 * The Healthy and Ready conditions, phase, progress and message of an Installation that is applied. Resolves to when to look
 * again, in milliseconds, where it is to settle first.
 */
export async function observe(world: World, subject: Subject): Promise<number | undefined> {
  const { installation, memory } = subject;
  const { conditions: steps = [], ...unsaid } = memory.unsaid ?? {};
  const status = { ...installation.status, ...unsaid };
  if (status.mode !== "application") return undefined;
  const inventory = status.inventory ?? [];
  const namespace = installation.metadata.namespace ?? "";
  const title = status.title ?? installation.metadata.name;
  if (world.isToStop(installation)) {
    await observeStopping(world, subject, inventory, title);
    return undefined;
  }
  const seen = await observeObjects(world, inventory, memory, installerUser(namespace));
  const settling = settlingFor(installation, memory, seen);
  if (settling !== undefined) return settling;
  const progress = { done: seen.done, total: seen.total };
  if (seen.done === seen.total) {
    await report(world, subject, {
      ...unsaid,
      phase: "Running",
      message: `${title} is running.`,
      code: "running",
      params: { title },
      progress,
      failingObject: undefined,
      log: undefined,
      ...upgradeAfter(installation, "ready"),
      conditions: [
        ...steps,
        {
          type: "Healthy",
          status: "True",
          reason: "Healthy",
          message: `${seen.total} of ${seen.total} objects are healthy`,
        },
        { type: "Ready", status: "True", reason: "Ready", message: `${title} is running.` },
      ],
    });
    memory.unsaid = undefined;
    return undefined;
  }
  const { trouble } = seen;
  const message = trouble?.message ?? `${title} is starting.`;
  const reason = trouble?.failed ? reasonOf(trouble) : "Starting";
  const unready = { status: "False" as const, reason, message };
  await report(world, subject, {
    ...unsaid,
    phase: phaseOf(installation, trouble),
    message,
    code: trouble?.code ?? "starting",
    reason: trouble?.reason ?? "app-starting",
    params: trouble?.params ?? { title },
    progress,
    failingObject: trouble?.object,
    log: trouble?.log,
    ...(trouble?.failed ? upgradeAfter(installation, trouble) : {}),
    conditions: [...steps, { type: "Healthy", ...unready }, { type: "Ready", ...unready }],
  });
  memory.unsaid = undefined;
  return undefined;
}

/** Of what is being stopped, only whether it still runs is of interest: nothing of it can be unwell. */
async function observeStopping(
  world: World,
  subject: Subject,
  inventory: readonly ObjectReference[],
  title: string,
): Promise<void> {
  const { installation, memory } = subject;
  const { conditions: steps = [], ...unsaid } = memory.unsaid ?? {};
  const done = inventory.filter((reference) => {
    const object = memory.newest(reference, world.children.get(reference));
    return !object || isStopped(object);
  }).length;
  const stopped = done === inventory.length;
  const words = stopped
    ? stoppedWords(installation, title)
    : { message: `${title} is being stopped.`, ...because("stopping", { title }) };
  const ready = {
    status: "False" as const,
    reason: stopped ? "Suspended" : "Stopping",
    message: words.message,
  };
  await report(world, subject, {
    ...unsaid,
    phase: stopped ? "Suspended" : (installation.status?.phase ?? "Installing"),
    ...words,
    code: words.reason,
    progress: { done, total: inventory.length },
    failingObject: undefined,
    log: undefined,
    ...(stopped ? upgradeAfter(installation, "ready") : {}),
    conditions: [
      ...steps,
      { type: "Healthy", ...ready, ...(stopped ? { status: "True" as const } : {}) },
      { type: "Ready", ...ready },
    ],
  });
  memory.unsaid = undefined;
}

function stoppedWords({ spec }: Installation, title: string) {
  if (spec.suspended)
    return { message: `${title} is stopped; its data is kept.`, ...because("suspended", { title }) };
  const message = `${title} is stopped, since the workspace has spent its budget for this month; its data is kept. It starts again when the month ends, the budget is raised, or an administrator lifts the stop.`;
  return { message, ...because("budget-stopped", { title }) };
}

function phaseOf({ status }: Installation, trouble: Explanation | undefined) {
  const was = status?.phase;
  if (isOpen(status?.upgrade)) return trouble?.failed ? "Degraded" : "Installing";
  if (was === "Running" || was === "Degraded") return "Degraded";
  return trouble?.failed ? "Failed" : "Installing";
}

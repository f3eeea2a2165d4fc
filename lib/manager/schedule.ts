import { createHash } from "node:crypto";
import { listAt, textAt, valueAt } from "../install/paths.ts";
import { API_VERSION, annotation, type Installation } from "../model/resources.ts";
import {
  lastChange,
  nextChanges,
  type Schedule,
  type ScheduledChange,
  scheduleFault,
} from "../model/schedule.ts";
import type { ConditionUpdate } from "./status.ts";
import { report, type Subject } from "./subject.ts";
import type { World } from "./world.ts";

/** A clock may be set back by so much without what it had shown before being forgotten. */
const CLOCK_SLACK_MS = 3_600_000;
const CONDITION = "Scheduled";

/**
 * Stops or starts the Installation when its schedule says so, and returns the milliseconds until the next time.
 *
 * What was carried out last is recorded in the same write as the change itself, so that each time is carried out once,
 * whoever leads and however often it is looked at; of several that were missed, the last counts. A schedule that is new
 * begins with what comes after it was set.
 */
export async function keepSchedule(world: World, subject: Subject): Promise<number | undefined> {
  const { schedule } = subject.installation.spec;
  if (!schedule) await forget(world, subject);
  if (!schedule || scheduleFault(schedule)) return undefined;
  if (decisionOf(subject.installation, schedule, world.now())) await carryOut(world, subject);
  const now = world.now();
  const [soonest] = nextChanges(subject.installation.spec.schedule ?? {}, new Date(now));
  return soonest && soonest.at.getTime() - now;
}

/** Says in a condition what comes next, or why the schedule cannot be kept. */
export async function describeSchedule(world: World, subject: Subject): Promise<void> {
  const { spec, status } = subject.installation;
  const say = (condition: Omit<ConditionUpdate, "type">) =>
    report(world, subject, { conditions: [{ type: CONDITION, ...condition }] });
  if (!spec.schedule) {
    if (status?.conditions?.some(({ type }) => type === CONDITION))
      await say({ status: "False", reason: "NotScheduled", message: "" });
    return;
  }
  const fault = scheduleFault(spec.schedule);
  if (fault) return say({ status: "False", reason: "InvalidSchedule", message: fault.message });
  const next = nextChanges(spec.schedule, new Date(world.now())).map(
    ({ does, at }) => `${does} at ${at.toISOString().replace(":00.000Z", "Z")}`,
  );
  await say({ status: "True", reason: "Scheduled", message: next.join(", ") });
}

interface Decision {
  /** Up to when everything is carried out, from now on. */
  handled: number;
  change?: ScheduledChange;
}

/** What is to be recorded or done; undefined: nothing. */
function decisionOf(installation: Installation, schedule: Schedule, now: number): Decision | undefined {
  const [mark, at] = installation.metadata.annotations?.[annotation.scheduled]?.split(" ") ?? [];
  const handled = Date.parse(at ?? "");
  const known = mark === markOf(schedule) && handled <= now + CLOCK_SLACK_MS;
  const since = known ? handled : Math.min(now, setAt(installation) ?? now);
  const change = lastChange(schedule, new Date(now));
  if (change && change.at.getTime() > since) return { handled: change.at.getTime(), change };
  return known ? undefined : { handled: since };
}

/** Decides again by what is stored now, and writes change and record in one. */
async function carryOut(world: World, subject: Subject): Promise<void> {
  const { name, namespace = "", uid } = subject.installation.metadata;
  const reference = { apiVersion: API_VERSION, kind: "Installation", namespace, name };
  const stored = await world.cluster.get<Installation>(reference);
  const { schedule } = stored.spec;
  if (stored.metadata.uid !== uid || !schedule || scheduleFault(schedule)) return;
  const decision = decisionOf(stored, schedule, world.now());
  subject.installation = stored;
  if (!decision) return;
  const { handled, change } = decision;
  const suspended = change?.does === "stop";
  const changed = await world.cluster.patch<Installation>(
    reference,
    {
      metadata: {
        resourceVersion: stored.metadata.resourceVersion,
        annotations: { [annotation.scheduled]: `${markOf(schedule)} ${new Date(handled).toISOString()}` },
      },
      ...(change ? { spec: { suspended } } : {}),
    },
    { type: "merge", fieldManager: "app-manager" },
  );
  subject.installation = changed;
  if (change && (stored.spec.suspended ?? false) !== suspended)
    world.recorder.record(
      changed,
      "Normal",
      suspended ? "ScheduledStop" : "ScheduledStart",
      `${changed.status?.title ?? name} ${suspended ? "stops" : "starts"} as scheduled for ${change.at.toISOString()}.`,
    );
}

/** A schedule that is set again later begins anew. */
async function forget(world: World, subject: Subject): Promise<void> {
  const { metadata } = subject.installation;
  if (metadata.annotations?.[annotation.scheduled] !== undefined)
    subject.installation = await world.cluster.patch<Installation>(
      {
        apiVersion: API_VERSION,
        kind: "Installation",
        namespace: metadata.namespace ?? "",
        name: metadata.name,
      },
      {
        metadata: {
          resourceVersion: metadata.resourceVersion,
          annotations: { [annotation.scheduled]: null },
        },
      },
      { type: "merge", fieldManager: "app-manager" },
    );
}

function markOf({ stop = "", start = "", timeZone = "" }: Schedule): string {
  return createHash("sha256")
    .update(JSON.stringify([stop, start, timeZone]))
    .digest("hex")
    .slice(0, 10);
}

/** When somebody last wrote the schedule; the API server keeps it. */
function setAt(installation: Installation): number | undefined {
  const times = listAt(installation, "metadata.managedFields").flatMap((entry) => {
    const time = Date.parse(textAt(entry, "time") ?? "");
    const written = valueAt(entry, 'fieldsV1["f:spec"]["f:schedule"]') !== undefined;
    return written && Number.isFinite(time) ? [time] : [];
  });
  return times.length > 0 ? Math.max(...times) : undefined;
}

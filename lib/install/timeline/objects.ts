import type { Door } from "../../model/door.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import type { ActionRun } from "../../model/resources.ts";
import { label } from "../../model/resources.ts";
import type { TimelineEntry } from "../../model/timeline.ts";
import { involved, lastSeen } from "../events.ts";
import { numberAt, textAt } from "../paths.ts";
import { referenceOf } from "../references.ts";
import { owns, type Writer, writersOf } from "../writers.ts";
import { fieldsOf, writerOf } from "./records.ts";

/** An action's run is one line: who asked for it, and how it ended. */
export function ofRun(run: ActionRun): TimelineEntry {
  const { spec, status, metadata } = run;
  const { startedAt, finishedAt, phase = "Pending" } = status ?? {};
  const seconds = Math.round((Date.parse(finishedAt ?? "") - Date.parse(startedAt ?? "")) / 1000);
  const failure = status?.conditions?.find((each) => each.type === "Complete" && each.status === "False");
  // Who cancels it writes the spec as well.
  const asked = writersOf(run).find((writer) => owns(writer, ["spec", "action"]));
  return {
    at: metadata.creationTimestamp ?? "",
    kind: "action",
    event: "action",
    object: spec.instance ?? {
      apiVersion: run.apiVersion,
      kind: "Installation",
      name: spec.installation ?? "",
    },
    ...(spec.installation ? { installation: spec.installation } : {}),
    ...writerOf(asked?.manager),
    action: { name: spec.action, phase, ...(Number.isFinite(seconds) ? { seconds } : {}) },
    ...(failure?.message ? { message: failure.message } : {}),
    ...(failure && status?.reason ? { reason: status.reason, params: status.params ?? {} } : {}),
  };
}

/** What people changed of an object by hand: writes of the manager and of controllers are no news. */
export function ofObject(object: KubernetesObject): TimelineEntry[] {
  const { metadata } = object;
  const installation = metadata.labels?.[label.installation];
  const entries = writersOf(object).flatMap((writer): TimelineEntry[] => {
    const who = writerOf(writer.manager);
    if (isOwn(who.door) || !changesWhatIsWanted(writer)) return [];
    // What belongs to an installation was made by the manager.
    const created = !installation && writer.time === metadata.creationTimestamp;
    return [
      {
        at: writer.time,
        kind: "change",
        event: created ? "created" : "edited",
        object: referenceOf(object),
        ...(installation ? { installation } : {}),
        ...who,
        ...(created ? {} : fieldsOf(writer, who.door)),
      },
    ];
  });
  if (installation || entries.some(({ event }) => event === "created")) return entries;
  // Whoever made it has changed it since, and only their last change is kept.
  const at = metadata.creationTimestamp ?? "";
  return [...entries, { at, kind: "change", event: "created", object: referenceOf(object), door: "other" }];
}

const isOwn = (door: Door) => door === "manager" || door === "budget" || door === "cluster";

function changesWhatIsWanted(writer: Writer): boolean {
  if (writer.subresource !== undefined && writer.subresource !== "scale") return false;
  // Whoever binds a claim to its volume is a controller, whatever it calls itself.
  if (owns(writer, ["spec", "volumeName"])) return false;
  return ["spec", "data", "stringData", "rules", "subjects"].some((field) => owns(writer, [field]));
}

/** What the cluster reported. What the manager reports of its own kinds is in their records already. */
export function ofEvent(
  event: KubernetesObject,
  installation: string | undefined,
): TimelineEntry | undefined {
  const object = involved(event);
  const program = textAt(event, "reportingComponent") || textAt(event, "source.component");
  const manager = program?.endsWith("app-manager") ?? false;
  if (manager && /^(Installation|ActionRun)$/.test(object.kind)) return undefined;
  return {
    at: lastSeen(event),
    kind: textAt(event, "type") === "Warning" ? "warning" : "event",
    event: "reported",
    object,
    ...(installation ? { installation } : {}),
    door: manager ? "manager" : "cluster",
    ...(program ? { program } : {}),
    reported: {
      reason: textAt(event, "reason") ?? "",
      count: numberAt(event, "series.count") ?? numberAt(event, "count") ?? 1,
    },
    message: textAt(event, "message") ?? "",
  };
}

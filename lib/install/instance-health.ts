import type { InstanceKind } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { because } from "../model/reasons.ts";
import type { InstancePhase } from "../model/stream.ts";
import { type Health, healthOf } from "./health.ts";
import { listAt, textAt, valueAt } from "./paths.ts";

/** Health of an instance by what its provider says its operator reports. Reporting nothing is no illness. */
export function declaredHealth(kind: InstanceKind, object: KubernetesObject): Health {
  if (object.metadata.deletionTimestamp) return healthOf(object);
  const { status } = kind;
  const reports =
    status.phase !== undefined || status.conditions !== undefined || status.present !== undefined;
  if (!reports) return healthOf(object);
  const phase = phaseReported(kind, object);
  const said = status.message ? textAt(object, status.message.path) : undefined;
  const words = said
    ? { message: said }
    : { message: `its operator says ${phase}`, words: because("health-operator-says", { phase }) };
  if (phase === "Running" || phase === "Stopped" || phase === "Succeeded")
    return { status: "Current", reason: phase, ...words };
  if (phase === "Failed") return { status: "Failed", reason: phase, ...words };
  const working = { message: "its operator is at work", words: because("health-operator-working", {}) };
  return { status: "InProgress", reason: phase, ...(said ? words : working) };
}

function phaseReported({ status }: InstanceKind, object: KubernetesObject): InstancePhase {
  const reported = status.phase && textAt(object, status.phase.path);
  if (status.phase && reported) return status.phase.values[reported] ?? "Unknown";
  const conditions = listAt(object, "status.conditions");
  const rule = status.conditions?.find(({ type, status: wanted }) =>
    conditions.some((each) => textAt(each, "type") === type && textAt(each, "status") === wanted),
  );
  if (rule) return rule.phase;
  if (status.present) {
    const value = valueAt(object, status.present.path);
    if (value !== undefined && value !== null && value !== "") return "Running";
  }
  return "Pending";
}

import type { Condition } from "./types.ts";

/** RFC 3339 in seconds, as metav1.Time is written. */
export function timestamp(date = new Date()): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}

/** The conditions with this one set; the transition time moves only when the status does. */
export function withCondition(
  conditions: Condition[] | undefined,
  next: Omit<Condition, "lastTransitionTime">,
): Condition[] {
  const all = conditions ?? [];
  const known = all.find((each) => each.type === next.type);
  const unchanged = known?.status === next.status;
  const lastTransitionTime = (unchanged && known.lastTransitionTime) || timestamp();
  const merged: Condition = { ...next, lastTransitionTime };
  return known ? all.map((each) => (each === known ? merged : each)) : [...all, merged];
}

export function conditionOf(conditions: Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((each) => each.type === type);
}

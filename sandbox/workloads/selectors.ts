import type { LabelSelector } from "./types.ts";

type Requirement = { key: string; operator: string; values?: string[] };

export function matchesRequirement(labels: Record<string, string>, requirement: Requirement): boolean {
  const value = labels[requirement.key];
  const listed = value !== undefined && (requirement.values ?? []).includes(value);
  switch (requirement.operator) {
    case "In":
      return listed;
    case "NotIn":
      return !listed;
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return Number(value) > Number(requirement.values?.[0]);
    case "Lt":
      return Number(value) < Number(requirement.values?.[0]);
    default:
      return false;
  }
}

export function matchesLabels(
  labels: Record<string, string> | undefined,
  wanted: Record<string, string>,
): boolean {
  return Object.entries(wanted).every(([key, value]) => labels?.[key] === value);
}

/** An empty selector matches everything, an absent one nothing. */
export function matchesSelector(
  labels: Record<string, string> = {},
  selector: LabelSelector | undefined,
): boolean {
  if (!selector) return false;
  return (
    matchesLabels(labels, selector.matchLabels ?? {}) &&
    (selector.matchExpressions ?? []).every((requirement) => matchesRequirement(labels, requirement))
  );
}

import { isObject, type Json, type JsonObject } from "../schema/types.ts";
import { BASELINE_ONLY, CHECKS, type Pod } from "./podsecurity-checks.ts";

export type Level = "privileged" | "baseline" | "restricted";

const ENFORCE = "pod-security.kubernetes.io/enforce";
const WARN = "pod-security.kubernetes.io/warn";

/**
 * Obeys the namespace's Pod Security label: what follows `is forbidden: ` for a pod that breaks its level, and the
 * warnings of its `warn` level. `pod` is a pod or a pod template.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function podSecurity(
  labels: Record<string, string>,
  pod: JsonObject,
): { forbidden?: string; warning?: string } {
  const enforced = violations(labels[ENFORCE], pod);
  const warned = violations(labels[WARN], pod);
  return {
    ...(enforced && {
      forbidden: `violates PodSecurity "${labels[ENFORCE]}:${version(labels, ENFORCE)}": ${enforced}`,
    }),
    ...(warned && {
      warning: `would violate PodSecurity "${labels[WARN]}:${version(labels, WARN)}": ${warned}`,
    }),
  };
}

/** The warning that a workload gets whose pods its namespace would refuse; undefined when it has nothing to fear. */
export function templateWarning(labels: Record<string, string>, template: JsonObject): string | undefined {
  const label = labels[WARN] === undefined ? ENFORCE : WARN;
  const found = violations(labels[label], template);
  return found && `would violate PodSecurity "${labels[label]}:${version(labels, label)}": ${found}`;
}

function version(labels: Record<string, string>, label: string): string {
  return labels[`${label}-version`] ?? "latest";
}

function violations(level: string | undefined, object: JsonObject): string | undefined {
  if (level !== "baseline" && level !== "restricted") return undefined;
  const pod = readPod(object);
  const found = CHECKS.filter((check) => check.level === "baseline" || level === "restricted")
    .filter((check) => !(level === "restricted" && BASELINE_ONLY.has(check)))
    .map((check) => check.find(pod))
    .filter((each) => each !== undefined);
  return found.length === 0
    ? undefined
    : found.map(({ reason, detail }) => `${reason} (${detail})`).join(", ");
}

function readPod(object: JsonObject): Pod {
  const part = (value: Json | undefined) => (isObject(value) ? value : {});
  const spec = part(object.spec);
  const list = (field: string) => {
    const value = spec[field];
    return Array.isArray(value) ? value.filter(isObject) : [];
  };
  const containers = [...list("initContainers"), ...list("containers"), ...list("ephemeralContainers")];
  return {
    spec,
    annotations: part(part(object.metadata).annotations),
    context: part(spec.securityContext),
    containers: containers.map((body) => ({
      name: String(body.name),
      context: part(body.securityContext),
      body,
    })),
    volumes: list("volumes"),
  };
}

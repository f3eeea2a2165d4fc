import { allRules, authorize } from "./rbac.ts";
import type { PolicyRule, RbacReader, RoleRef, User } from "./types.ts";

const RBAC = "rbac.authorization.k8s.io";

/** Whether `held` covers all that `wanted` grants; what is missing is taken apart to single rights. */
function missingRights(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(takeApart).filter((right) => !held.some((rule) => covers(rule, right)));
}

function takeApart(rule: PolicyRule): PolicyRule[] {
  const out: PolicyRule[] = [];
  const named = rule.resourceNames ?? [];
  for (const apiGroup of rule.apiGroups ?? []) {
    for (const resource of rule.resources ?? []) {
      for (const verb of rule.verbs) {
        const right = { apiGroups: [apiGroup], resources: [resource], verbs: [verb] };
        if (named.length === 0) out.push(right);
        for (const name of named) out.push({ ...right, resourceNames: [name] });
      }
    }
  }
  for (const url of rule.nonResourceURLs ?? []) {
    for (const verb of rule.verbs) out.push({ nonResourceURLs: [url], verbs: [verb] });
  }
  return out;
}

function covers(rule: PolicyRule, right: PolicyRule): boolean {
  const within = (held: readonly string[] | undefined, wanted: readonly string[] = []) =>
    held?.includes("*") === true || wanted.every((each) => held?.includes(each) === true);
  if (!within(rule.verbs, right.verbs)) return false;
  const [url] = right.nonResourceURLs ?? [];
  if (url !== undefined) {
    return (rule.nonResourceURLs ?? []).some(
      (held) => held === url || (held.endsWith("*") && url.startsWith(held.slice(0, -1))),
    );
  }
  if (!within(rule.apiGroups, right.apiGroups)) return false;
  const [resource = ""] = right.resources ?? [];
  const slash = resource.indexOf("/");
  const anyOf = slash < 0 ? undefined : `*${resource.slice(slash)}`;
  const covered = (rule.resources ?? []).some((held) => held === "*" || held === resource || held === anyOf);
  if (!covered) return false;
  const only = rule.resourceNames ?? [];
  if (only.length === 0) return true;
  const wanted = right.resourceNames ?? [];
  return wanted.length > 0 && wanted.every((name) => only.includes(name));
}

/** Rights on one resource are told in one line. */
function compact(rights: PolicyRule[]): PolicyRule[] {
  const out = new Map<string, PolicyRule>();
  rights.forEach((right, i) => {
    const simple = !right.resourceNames && !right.nonResourceURLs;
    const key = simple ? JSON.stringify([right.apiGroups, right.resources]) : `other ${i}`;
    const known = out.get(key);
    if (!known) out.set(key, { ...right, verbs: [...right.verbs] });
    else for (const verb of right.verbs) if (!known.verbs.includes(verb)) known.verbs.push(verb);
  });
  return [...out.values()];
}

function describe(rule: PolicyRule): string {
  const list = (name: string, values: readonly string[] | undefined) =>
    values && values.length > 0 ? [`${name}:[${values.map((v) => JSON.stringify(v)).join(" ")}]`] : [];
  return `{${[
    ...list("APIGroups", rule.apiGroups),
    ...list("Resources", rule.resources),
    ...list("NonResourceURLs", rule.nonResourceURLs),
    ...list("ResourceNames", rule.resourceNames),
    ...list("Verbs", rule.verbs),
  ].join(", ")}}`;
}

/** Why a user may not hand out rights that they lack; undefined when they have them all. */
function refusal(
  user: User,
  namespace: string,
  wanted: readonly PolicyRule[],
  reader: RbacReader,
): string | undefined {
  const missing = missingRights(allRules(user, namespace, reader), wanted);
  if (missing.length === 0) return undefined;
  const groups = user.groups.map((group) => JSON.stringify(group)).join(" ");
  const lines = compact(missing).map(describe).sort();
  return `user ${JSON.stringify(user.name)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${lines.join("\n")}`;
}

interface RbacObject {
  kind: string;
  metadata: { name: string; namespace?: string };
  rules?: PolicyRule[] | null;
  aggregationRule?: unknown;
  roleRef?: RoleRef;
}

/**
 * Why the API server would refuse this Role, ClusterRole or binding to this user (what follows `is forbidden: `), or
 * that the bound role does not exist; undefined when it would take it. `escalate` and `bind` are honoured.
 */
export function checkEscalation(
  user: User,
  object: RbacObject,
  reader: RbacReader,
): { forbidden: string } | { notFound: { plural: string; name: string } } | undefined {
  if (user.groups.includes("system:masters")) return undefined;
  const namespace = object.metadata.namespace ?? "";
  const allowed = (verb: string, resource: string, name: string) =>
    authorize(user, { verb, group: RBAC, version: "v1", resource, name, namespace }, reader).allowed;
  if (object.kind === "Role" || object.kind === "ClusterRole") {
    const resource = object.kind === "Role" ? "roles" : "clusterroles";
    if (allowed("escalate", resource, object.metadata.name)) return undefined;
    if (object.aggregationRule) {
      const everything: PolicyRule[] = [
        { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
        { nonResourceURLs: ["*"], verbs: ["*"] },
      ];
      if (refusal(user, "", everything, reader)) {
        return { forbidden: "must have cluster-admin privileges to use the aggregationRule" };
      }
    }
    const why = refusal(user, namespace, object.rules ?? [], reader);
    return why === undefined ? undefined : { forbidden: why };
  }
  const ref = object.roleRef;
  if (!ref) return undefined;
  const resource = ref.kind === "ClusterRole" ? "clusterroles" : "roles";
  if (allowed("bind", resource, ref.name)) return undefined;
  const rules = ref.kind === "ClusterRole" ? reader.clusterRole(ref.name) : reader.role(namespace, ref.name);
  if (!rules) {
    // The API server names the binding's own resource here, with the role's name.
    return {
      notFound: {
        plural: object.kind === "RoleBinding" ? "rolebindings" : "clusterrolebindings",
        name: ref.name,
      },
    };
  }
  const why = refusal(user, namespace, rules, reader);
  return why === undefined ? undefined : { forbidden: why };
}

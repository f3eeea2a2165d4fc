import type { Attributes, Binding, Decision, PolicyRule, RbacReader, Subject, User } from "./types.ts";

const MASTERS = "system:masters";

/**
 * Whether a user may do something, by Role, ClusterRole and their bindings. The reason names the binding that allows
 * it. https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */
export function authorize(user: User, attributes: Attributes, reader: RbacReader): Decision {
  if (user.groups.includes(MASTERS)) return { allowed: true, reason: "" };
  const missing: string[] = [];
  for (const grant of grants(user, attributes.namespace ?? "", reader, missing)) {
    if (!grant.rules.some((rule) => ruleAllows(rule, attributes))) continue;
    return { allowed: true, reason: `RBAC: allowed by ${grant.why}` };
  }
  if (missing.length === 0) return { allowed: false, reason: "" };
  return { allowed: false, reason: `RBAC: ${missing.length === 1 ? missing[0] : `[${missing.join(", ")}]`}` };
}

interface Grant {
  rules: readonly PolicyRule[];
  why: string;
}

/** What a user's bindings give, cluster-wide ones first. Roles that do not exist are told in `missing`. */
function* grants(user: User, namespace: string, reader: RbacReader, missing: string[]): Generator<Grant> {
  yield* bound(user, "", reader.clusterRoleBindings(), "ClusterRoleBinding", reader, missing);
  if (namespace !== "") {
    yield* bound(user, namespace, reader.roleBindings(namespace), "RoleBinding", reader, missing);
  }
}

function* bound(
  user: User,
  namespace: string,
  bindings: Iterable<Binding>,
  kind: string,
  reader: RbacReader,
  missing: string[],
): Generator<Grant> {
  for (const binding of bindings) {
    const subject = binding.subjects?.find((each) => names(each, user, namespace));
    if (!subject) continue;
    const { roleRef } = binding;
    const rules =
      roleRef.kind === "ClusterRole"
        ? reader.clusterRole(roleRef.name)
        : reader.role(namespace, roleRef.name);
    if (!rules) {
      const kind = roleRef.kind.toLowerCase();
      missing.push(`${kind}.rbac.authorization.k8s.io ${JSON.stringify(roleRef.name)} not found`);
      continue;
    }
    const whole = namespace === "" ? binding.metadata.name : `${binding.metadata.name}/${namespace}`;
    yield {
      rules,
      why: `${kind} ${JSON.stringify(whole)} of ${roleRef.kind} ${JSON.stringify(roleRef.name)} to ${subject.kind} ${JSON.stringify(subjectText(subject, namespace))}`,
    };
  }
}

function subjectText(subject: Subject, namespace: string): string {
  return subject.kind === "ServiceAccount"
    ? `${subject.name}/${subject.namespace ?? namespace}`
    : subject.name;
}

function names(subject: Subject, user: User, namespace: string): boolean {
  switch (subject.kind) {
    case "User":
      return subject.name === user.name;
    case "Group":
      return user.groups.includes(subject.name);
    case "ServiceAccount":
      return user.name === `system:serviceaccount:${subject.namespace ?? namespace}:${subject.name}`;
    default:
      return false;
  }
}

/** Whether one rule allows a request. */
function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!has(rule.verbs, attributes.verb)) return false;
  if (attributes.resource === undefined || attributes.resource === "") {
    const path = attributes.path ?? "";
    return (rule.nonResourceURLs ?? []).some((url) =>
      url.endsWith("*") ? path.startsWith(url.slice(0, -1)) : url === path,
    );
  }
  if (!has(rule.apiGroups, attributes.group ?? "")) return false;
  if (!resourceMatches(rule.resources ?? [], attributes.resource, attributes.subresource ?? "")) return false;
  const only = rule.resourceNames ?? [];
  return only.length === 0 || only.includes(attributes.name ?? "");
}

function has(list: readonly string[] | undefined, value: string): boolean {
  return list !== undefined && (list.includes("*") || list.includes(value));
}

function resourceMatches(resources: string[], resource: string, subresource: string): boolean {
  const whole = subresource === "" ? resource : `${resource}/${subresource}`;
  return resources.some((r) => r === "*" || r === whole || (subresource !== "" && r === `*/${subresource}`));
}

/** Every rule that a user has in a namespace; "" asks for the cluster-wide ones alone. */
export function allRules(user: User, namespace: string, reader: RbacReader): PolicyRule[] {
  const out: PolicyRule[] = [];
  if (user.groups.includes(MASTERS)) {
    out.push({ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }, { verbs: ["*"], nonResourceURLs: ["*"] });
  }
  for (const grant of grants(user, namespace, reader, [])) out.push(...grant.rules);
  return out;
}

/** The status of a SelfSubjectRulesReview. */
export function rulesFor(user: User, namespace: string, reader: RbacReader) {
  const rules = allRules(user, namespace, reader);
  return {
    resourceRules: rules
      .filter((rule) => (rule.resources?.length ?? 0) > 0)
      .map(({ verbs, apiGroups, resources, resourceNames }) => ({
        verbs,
        apiGroups: apiGroups ?? [],
        resources: resources ?? [],
        ...(resourceNames && resourceNames.length > 0 && { resourceNames }),
      })),
    nonResourceRules: rules
      .filter((rule) => (rule.nonResourceURLs?.length ?? 0) > 0)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs: nonResourceURLs ?? [] })),
    incomplete: false,
  };
}

/** The message of a 403, worded as kube-apiserver does. */
export function forbiddenMessage(user: User, attributes: Attributes, reason = ""): string {
  const why = reason === "" ? "" : `: ${reason}`;
  const who = `User ${JSON.stringify(user.name)}`;
  const { group = "", resource = "", subresource = "", name = "", namespace = "", verb } = attributes;
  if (resource === "")
    return `forbidden: ${who} cannot ${verb} path ${JSON.stringify(attributes.path ?? "")}${why}`;
  const full = subresource === "" ? resource : `${resource}/${subresource}`;
  const subject = `${group === "" ? resource : `${resource}.${group}`}${name === "" ? "" : ` ${JSON.stringify(name)}`}`;
  const where = namespace === "" ? "at the cluster scope" : `in the namespace ${JSON.stringify(namespace)}`;
  return `${subject} is forbidden: ${who} cannot ${verb} resource ${JSON.stringify(full)} in API group ${JSON.stringify(group)} ${where}${why}`;
}

interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** Rules of an aggregated ClusterRole: those of every ClusterRole that its selectors name, by name, without repeats. */
export function aggregateClusterRoles(
  role: { metadata: { name: string }; aggregationRule?: { clusterRoleSelectors?: LabelSelector[] } },
  all: readonly {
    metadata: { name: string; labels?: Record<string, string> };
    rules?: PolicyRule[] | null;
  }[],
): PolicyRule[] {
  const selectors = role.aggregationRule?.clusterRoleSelectors ?? [];
  const out: PolicyRule[] = [];
  const seen = new Set<string>();
  const byName = [...all].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  for (const selector of selectors) {
    for (const each of byName) {
      if (each.metadata.name === role.metadata.name || !selects(selector, each.metadata.labels ?? {}))
        continue;
      for (const rule of each.rules ?? []) {
        const text = JSON.stringify(rule);
        if (!seen.has(text)) out.push(rule);
        seen.add(text);
      }
    }
  }
  return out;
}

function selects(selector: LabelSelector, labels: Record<string, string>): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "In") return value !== undefined && values.includes(value);
      if (operator === "NotIn") return value === undefined || !values.includes(value);
      return operator === "Exists" ? value !== undefined : value === undefined;
    })
  );
}

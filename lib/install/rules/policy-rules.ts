import type { PolicyRule } from "./types.ts";

/** Whether `held` allows all that `wanted` does, as the API server's escalation check asks. */
export function covers(held: readonly PolicyRule[], wanted: PolicyRule): boolean {
  for (const group of wanted.apiGroups ?? []) {
    for (const resource of wanted.resources ?? []) {
      for (const verb of wanted.verbs) {
        for (const name of wanted.resourceNames?.length ? wanted.resourceNames : [undefined]) {
          if (!held.some((rule) => allows(rule, group, resource, verb, name))) return false;
        }
      }
    }
  }
  return (wanted.nonResourceURLs ?? []).length === 0;
}

function allows(rule: PolicyRule, group: string, resource: string, verb: string, name?: string): boolean {
  return (
    has(rule.apiGroups, group) &&
    (has(rule.resources, resource) || subresourceOf(rule.resources, resource)) &&
    has(rule.verbs, verb) &&
    (!rule.resourceNames?.length || (name !== undefined && rule.resourceNames.includes(name)))
  );
}

/** A star before a subresource stands for that subresource of every resource. */
function subresourceOf(resources: string[] | undefined, resource: string): boolean {
  const slash = resource.indexOf("/");
  return slash > 0 && (resources ?? []).includes(`*${resource.slice(slash)}`);
}

function has(values: string[] | undefined, wanted: string): boolean {
  return (values ?? []).some((value) => value === wanted || value === "*");
}

/** What both allow: a wildcard takes the other side's list. */
export function narrow(wanted: PolicyRule, held: readonly PolicyRule[]): PolicyRule[] {
  return held.flatMap((rule) => {
    const apiGroups = both(wanted.apiGroups, rule.apiGroups);
    const resources = bothResources(wanted.resources ?? [], rule.resources ?? []);
    const verbs = both(wanted.verbs, rule.verbs);
    const names = wanted.resourceNames?.length
      ? rule.resourceNames?.length
        ? both(wanted.resourceNames, rule.resourceNames)
        : wanted.resourceNames
      : rule.resourceNames;
    if (apiGroups.length === 0 || resources.length === 0 || verbs.length === 0) return [];
    if (names?.length === 0 && wanted.resourceNames?.length) return [];
    return [{ apiGroups, resources, verbs, ...(names?.length ? { resourceNames: names } : {}) }];
  });
}

function both(wanted: string[] = [], held: string[] = []): string[] {
  if (wanted.includes("*")) return held;
  if (held.includes("*")) return wanted;
  return wanted.filter((each) => held.includes(each));
}

function bothResources(wanted: string[], held: string[]): string[] {
  if (wanted.includes("*")) return held;
  if (held.includes("*")) return wanted;
  return [
    ...new Set([
      ...wanted.filter((each) => held.includes(each) || subresourceOf(held, each)),
      ...held.filter((each) => subresourceOf(wanted, each)),
    ]),
  ];
}

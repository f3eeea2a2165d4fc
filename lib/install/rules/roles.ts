import { isRecord } from "../../images/scan.ts";
import { listAt } from "../paths.ts";
import { covers, narrow } from "./policy-rules.ts";
import { notice, type PolicyRule, type Rule } from "./types.ts";

/**
 * A Role of an image grants at most what the tenant's own editors may do: most public templates ask for everything,
 * and the API server refuses to let anybody grant more than they hold.
 */
export const roles: Rule = (rendered, { tenantRules }) => {
  const { object } = rendered;
  if (object.kind !== "Role" || !object.apiVersion.startsWith("rbac.authorization.k8s.io/")) return {};
  const wanted = listAt(object, "rules").filter(isRecord).map(policyRule);
  if (wanted.every((rule) => covers(tenantRules, rule))) return {};
  const rules = wanted.flatMap((rule) => (covers(tenantRules, rule) ? [rule] : narrow(rule, tenantRules)));
  const everything = wanted.some(({ resources, verbs }) => resources?.includes("*") && verbs.includes("*"));
  const sentence = `asks for ${everything ? "every right" : "more rights than you hold"} in the workspace; its pods get at most what you may do yourself`;
  return {
    object: { ...object, rules },
    notices: [
      notice(
        rendered,
        everything ? "warning" : "info",
        everything ? "role-narrowed-all" : "role-narrowed",
        sentence,
        {},
        "role-narrowed",
      ),
    ],
  };
};

function policyRule(rule: Record<string, unknown>): PolicyRule {
  const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  return {
    apiGroups: texts(rule.apiGroups),
    resources: texts(rule.resources),
    verbs: texts(rule.verbs),
    ...(rule.resourceNames ? { resourceNames: texts(rule.resourceNames) } : {}),
    ...(rule.nonResourceURLs ? { nonResourceURLs: texts(rule.nonResourceURLs) } : {}),
  };
}

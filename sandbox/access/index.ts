import bootstrap from "./bootstrap.gen.json" with { type: "json" };
import type { JsonObject } from "./types.ts";

export { checkEscalation } from "./escalation.ts";
export { type Impersonation, impersonate } from "./impersonation.ts";
export { limitRangeAdmission } from "./limits.ts";
export { podSecurity, templateWarning } from "./podsecurity.ts";
export { quotaAdmission, quotaUsage, type ResourceQuota } from "./quota.ts";
export { aggregateClusterRoles, allRules, authorize, forbiddenMessage, rulesFor } from "./rbac.ts";
export type {
  Attributes,
  Binding,
  Decision,
  PolicyRule,
  RbacReader,
  RoleRef,
  Subject,
  User,
} from "./types.ts";

/** The ClusterRoles and bindings that every cluster starts with; aggregated ones still without rules. */
// Every literal of the file would be a type of its own.
export const bootstrapRoles: readonly JsonObject[] = bootstrap as unknown as JsonObject[];

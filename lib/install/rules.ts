import type { PlanNotice } from "../model/plan.ts";
import type { Rendered, RenderedObject } from "./render-types.ts";
import { accounts } from "./rules/accounts.ts";
import { entries } from "./rules/entries.ts";
import { finalizers } from "./rules/finalizers.ts";
import { hosts } from "./rules/hosts.ts";
import { labels } from "./rules/labels.ts";
import { mirrors } from "./rules/mirrors.ts";
import { namespaces } from "./rules/namespaces.ts";
import { pods } from "./rules/pods.ts";
import { roles } from "./rules/roles.ts";
import { snippets } from "./rules/snippets.ts";
import type { Blocker, Rule, RuleInput } from "./rules/types.ts";

export { type HostClaim, hostClaims } from "./rules/host-claims.ts";
export { covers, narrow } from "./rules/policy-rules.ts";
export type { Blocker, PolicyRule, RuleInput } from "./rules/types.ts";

/** In this order: what mends an object comes before what would refuse the unmended. */
const rules: Rule[] = [
  namespaces,
  labels,
  accounts,
  finalizers,
  snippets,
  hosts,
  entries,
  pods,
  roles,
  mirrors,
];

export interface Checked {
  objects: RenderedObject[];
  notices: PlanNotice[];
  /** Empty when the image may be installed. */
  blockers: Blocker[];
}

/**
 * What an application's manifests may not do, whoever wrote them. Pure. Notices of pods that act with
 * the workspace's rights come first. For images of mode provider and shared these rules do not apply.
 */
export function checkRules(rendered: Rendered, input: RuleInput): Checked {
  const notices: PlanNotice[] = [...rendered.notices];
  const blockers: Blocker[] = [];
  const objects = rendered.objects.map((each) => {
    let current = each;
    for (const rule of rules) {
      const verdict = rule(current, input, rendered.objects);
      if (verdict.object) current = { ...current, object: verdict.object };
      notices.push(...(verdict.notices ?? []));
      blockers.push(...(verdict.blockers ?? []));
    }
    return current;
  });
  const first = (notice: PlanNotice) => (/^(workspace-rights|role-bound)$/.test(notice.code) ? 0 : 1);
  return { objects, notices: notices.sort((a, b) => first(a) - first(b)), blockers };
}

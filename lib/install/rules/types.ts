import type { KubernetesObject, ObjectReference } from "../../model/kubernetes.ts";
import type { PlanNotice } from "../../model/plan.ts";
import { referenceOf, spoken } from "../references.ts";
import type { RenderContext, RenderedObject } from "../render-types.ts";

/** `rbac.authorization.k8s.io/v1 PolicyRule` */
export interface PolicyRule {
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  verbs: string[];
  nonResourceURLs?: string[];
}

export interface RuleInput {
  context: Pick<RenderContext, "namespace" | "cloudDomain" | "serviceAccount">;
  /** Hosts at which the console itself answers; also what lies below them is the console's when it begins with `*.`. */
  consoleHosts: readonly string[];
  /** Hosts that Ingresses of the cluster have, with their namespace. */
  hostsInUse: ReadonlyMap<string, string>;
  /** What the tenant's own editors may do. */
  tenantRules: readonly PolicyRule[];
  /** An administrator allows the image's organization ingress snippets. */
  allowSnippets?: boolean;
}

/** Why an image may not be installed. The message says what, where, and the way out. */
export interface Blocker {
  code: string;
  message: string;
  object?: ObjectReference;
  params?: Record<string, string | number>;
}

/** What a rule says of one object. A rule that mends returns the object anew. */
export interface Verdict {
  object?: KubernetesObject;
  blockers?: Blocker[];
  notices?: PlanNotice[];
}

/** One thing that an application's manifests may not do. */
export type Rule = (rendered: RenderedObject, input: RuleInput, all: readonly RenderedObject[]) => Verdict;

export function blocker(
  { object, file, line }: RenderedObject,
  code: string,
  sentence: string,
  wayOut: string,
  params: Record<string, string | number> = {},
): Blocker {
  const reference = referenceOf(object);
  return {
    code,
    message: `${file}:${line}: ${spoken(reference)} ${sentence}. ${wayOut}.`,
    object: reference,
    params: { file, line, ...params },
  };
}

export function notice(
  { object, file, line }: RenderedObject,
  level: PlanNotice["level"],
  code: string,
  sentence: string,
  params: Record<string, string | number> = {},
): PlanNotice {
  const reference = referenceOf(object);
  return {
    level,
    code,
    message: `${spoken(reference)} ${sentence}.`,
    object: reference,
    params: { file, line, ...params },
  };
}

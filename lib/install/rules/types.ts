import type { KubernetesObject } from "../../model/kubernetes.ts";
import type { PlanBlocker, PlanNotice } from "../../model/plan.ts";
import type { ReasonCode, reasons } from "../../model/reasons.ts";
import type { ImageMirror } from "../mirrors.ts";
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
  /** Where container images come from instead of their own registries. */
  imageMirrors?: readonly ImageMirror[];
}

/** Why an image may not be installed. The message says what, where, and the way out. */
export type Blocker = PlanBlocker;

/** What a rule says of one object. A rule that mends returns the object anew. */
export interface Verdict {
  object?: KubernetesObject;
  blockers?: Blocker[];
  notices?: PlanNotice[];
}

/** One thing that an application's manifests may not do. */
export type Rule = (rendered: RenderedObject, input: RuleInput, all: readonly RenderedObject[]) => Verdict;

/** What a rule's sentence is filled with, beside the object. */
export type Values<Code extends ReasonCode> = Record<
  Exclude<(typeof reasons)[Code][number], "kind" | "name">,
  string | number
>;

/** @param code the rule's, where it has several sentences */
export function blocker<Code extends ReasonCode>(
  { object, file, line }: RenderedObject,
  reason: Code,
  sentence: string,
  wayOut: string,
  params: NoInfer<Values<Code>>,
  code: string = reason,
): Blocker {
  const reference = referenceOf(object);
  const { kind, name } = reference;
  return {
    code,
    message: `${file}:${line}: ${spoken(reference)} ${sentence}. ${wayOut}.`,
    object: reference,
    reason,
    params: { file, line, kind, name, ...params },
  };
}

/** What the plan says of an object that is allowed, or was mended; `sentence` goes on after its name. */
export function notice<Code extends ReasonCode>(
  { object, file, line }: RenderedObject,
  level: PlanNotice["level"],
  reason: Code,
  sentence: string,
  params: NoInfer<Values<Code>>,
  code: string = reason,
): PlanNotice {
  const reference = referenceOf(object);
  const { kind, name } = reference;
  return {
    level,
    code,
    message: `${spoken(reference)} ${sentence}.`,
    object: reference,
    reason,
    params: { file, line, kind, name, ...params },
  };
}

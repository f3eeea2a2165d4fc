import type { Action, ImageContent, InstanceKind } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import type { ActionRun } from "../model/resources.ts";
import { checkConditions, fittedInputs } from "./fit.ts";
import type { Amounts } from "./quota.ts";
import { groupKind } from "./references.ts";
import { validateInputs } from "./values.ts";

/** How long an action may take when it does not say. */
export const DEFAULT_TIMEOUT_SECONDS = 300;

/** In seconds. */
export function timeoutOf({ timeoutSeconds }: Pick<Action, "timeoutSeconds">): number {
  return timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
}

/** Whether a run would start a stopped instance, as nothing is started once a workspace's budget is spent. */
export function startsInstance({ provider }: ImageContent, { instance, action }: ActionRun["spec"]): boolean {
  const of = (kind: InstanceKind) => instance !== undefined && groupKind(kind) === groupKind(instance);
  return provider?.instances.some((kind) => kind.start === action && of(kind)) ?? false;
}

/**
 * The action that a run names, with its inputs checked as a template's are. A provider's action fits the kind that it
 * targets, and its inputs and conditions the instance; an action without a target acts on the whole installation.
 * @param object the instance as it is, of a run on one
 * @param left what the workspace's quotas leave, by resource
 * @throws ProblemError `not-found`, `input-missing` or `input-invalid`
 */
export async function checkedAction(
  content: ImageContent,
  spec: ActionRun["spec"],
  object?: KubernetesObject,
  left: Amounts = {},
): Promise<{ action: Action; inputs: Record<string, string> }> {
  const { instance } = spec;
  const fitting = content.actions.filter(({ target }) =>
    instance ? target && groupKind(target) === groupKind(instance) : !target,
  );
  const declared = fitting.find(({ name }) => name === spec.action);
  if (!declared) {
    const names = fitting.map(({ name }) => name).join(", ") || "none";
    throw new ProblemError(
      "not-found",
      `${content.title} has no action "${spec.action}" here; it has: ${names}.`,
      { params: { action: spec.action, names } },
    );
  }
  const given = spec.inputs ?? {};
  const action = object ? { ...declared, inputs: await fittedInputs(declared.inputs, object) } : declared;
  const open = action.inputs.filter(({ name, secret }) => secret && given[name]);
  if (open.length > 0) {
    throw new ProblemError("input-invalid", "A secret cannot be given to an action: runs are not secret.", {
      fields: open.map(({ name }) => ({ field: name, message: "runs are not secret; leave it empty" })),
    });
  }
  const inputs = await validateInputs({ ...content, inputs: action.inputs }, given);
  await checkConditions(action, inputs, object, left);
  return { action, inputs };
}

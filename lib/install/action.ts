import type { Action, ImageContent } from "../model/image.ts";
import { ProblemError } from "../model/problem.ts";
import type { ActionRun } from "../model/resources.ts";
import { groupKind } from "./references.ts";
import { validateInputs } from "./values.ts";

/** How long an action may take when it does not say. */
export const DEFAULT_TIMEOUT_SECONDS = 300;

/**
 * The action that a run names, with its inputs checked as a template's are. A provider's action fits the kind that it
 * targets; an action without a target acts on the whole installation.
 * @throws ProblemError `not-found`, `input-missing` or `input-invalid`
 */
export async function checkedAction(
  content: ImageContent,
  spec: ActionRun["spec"],
): Promise<{ action: Action; inputs: Record<string, string> }> {
  const { instance } = spec;
  const fitting = content.actions.filter(({ target }) =>
    instance ? target && groupKind(target) === groupKind(instance) : !target,
  );
  const action = fitting.find(({ name }) => name === spec.action);
  if (!action) {
    const names = fitting.map(({ name }) => name).join(", ") || "none";
    throw new ProblemError(
      "not-found",
      `${content.title} has no action "${spec.action}" here; it has: ${names}.`,
      { params: { action: spec.action, names } },
    );
  }
  const given = spec.inputs ?? {};
  const open = action.inputs.filter(({ name, secret }) => secret && given[name]);
  if (open.length > 0) {
    throw new ProblemError("input-invalid", "A secret cannot be given to an action: runs are not secret.", {
      fields: open.map(({ name }) => ({ field: name, message: "runs are not secret; leave it empty" })),
    });
  }
  return { action, inputs: await validateInputs({ ...content, inputs: action.inputs }, given) };
}

import type { Scope } from "../images/index.ts";
import type { Action, ImageContent } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { instanceScope } from "./fit.ts";
import type { Amounts } from "./quota.ts";
import type { RenderContext } from "./render-types.ts";
import { resolveValues, systemScope } from "./values.ts";

interface InstanceRun {
  content: ImageContent;
  /** Whose image it is. */
  organization: string;
  /** With its inputs as they fit the instance. */
  action: Action;
  /** As they have been checked. */
  inputs: Readonly<Record<string, string>>;
  object: KubernetesObject;
  left: Amounts;
  context: RenderContext;
  /** When the run began. */
  now: string;
  /** What `DRAWN` stands for, where the action asks for it. */
  drawn?: string | undefined;
}

/** What the expressions of an action on an instance see, and its inputs with their presets. @throws ProblemError */
export async function instanceRunScope({
  content,
  organization,
  action,
  inputs: given,
  object,
  left,
  context,
  now,
  drawn,
}: InstanceRun): Promise<{ scope: Scope; inputs: Record<string, string> }> {
  const own = { ...content, inputs: action.inputs, defaults: {} };
  const { inputs } = await resolveValues(own, given, {}, context);
  return {
    inputs,
    scope: {
      ...{ ...systemScope(context), ...instanceScope(object, left), inputs, defaults: {} },
      ORGANIZATION: organization,
      NOW: now,
      ...(drawn ? { DRAWN: drawn } : {}),
    },
  };
}

/** `$(INSTANCE)` as the expression it stands for, so that it fills scalars like everything else. */
export function withInstance(text: string): string {
  return text.replaceAll("$(INSTANCE)", "$".concat("{{ INSTANCE }}"));
}

import { apiPath } from "@/components/data/api";
import { ACTION_GROUPS, type ActionGroup } from "@/lib/model/action-groups";
import type { ObjectReference } from "@/lib/model/kubernetes";
import type { ActionRun, ActionSummary } from "@/lib/model/resources";
import type { InstanceView } from "@/lib/model/stream";

/** What an action acts on: an instance of a provider, or an installed app. */
export type ActionTarget = { instance: ObjectReference } | { installation: string };

/** The actions that people start, on instances of a kind or on an installation; those at events start by themselves. */
export function actionsFor(
  actions: readonly ActionSummary[] | undefined,
  type?: { apiVersion: string; kind: string },
): ActionSummary[] {
  const group = (apiVersion: string) => apiVersion.split("/")[0];
  return (actions ?? []).filter(({ target, phase }) => {
    if (phase) return false;
    if (!type || !target) return !type && !target;
    return target.kind === type.kind && group(target.apiVersion) === group(type.apiVersion);
  });
}

/** Where the actions of an instance are asked for as they fit it now. */
export function actionsPath(
  namespace: string,
  { provider, plural, name }: Pick<InstanceView, "provider" | "plural" | "name">,
): string {
  return apiPath("namespaces", namespace, "providers", provider, plural, name, "actions");
}

/** An action that cannot be started now, and why. */
type Unavailable = ActionSummary & Required<Pick<ActionSummary, "unavailable">>;

/** Those that make sense now, and those that do not; `open` keeps its place while somebody fills it in. */
export function byState(
  actions: readonly ActionSummary[],
  open: string | undefined,
): { now: readonly ActionSummary[]; later: readonly Unavailable[] } {
  const isLater = (action: ActionSummary): action is Unavailable =>
    action.unavailable !== undefined && action.name !== open;
  return { now: actions.filter((action) => !isLater(action)), later: actions.filter(isLater) };
}

/** The actions under the headings of what they are for; those that say nothing come last, without one. */
export function grouped(
  actions: readonly ActionSummary[],
): { group?: ActionGroup; actions: readonly ActionSummary[] }[] {
  const of = (group: ActionGroup | undefined) => actions.filter((each) => each.group === group);
  return [
    ...ACTION_GROUPS.map((group) => ({ group, actions: of(group) })),
    { actions: of(undefined) },
  ].filter((each) => each.actions.length > 0);
}

export function actionTitle(action: ActionSummary, locale: string): string {
  return action.i18n?.[locale]?.title ?? action.title ?? action.name;
}

/** The target's runs, the newest first. */
export function runsOf(runs: Iterable<ActionRun>, target: ActionTarget): ActionRun[] {
  const created = ({ metadata }: ActionRun) => metadata.creationTimestamp ?? "";
  return [...runs]
    .filter(({ spec }) =>
      "instance" in target
        ? spec.instance?.name === target.instance.name && spec.instance.kind === target.instance.kind
        : spec.installation === target.installation,
    )
    .sort((a, b) => created(b).localeCompare(created(a)));
}

import type { ActionSummary } from "@/lib/model/resources";

/** The actions that people start on instances of a kind; those at events start by themselves. */
export function actionsFor(
  actions: readonly ActionSummary[] | undefined,
  type: { apiVersion: string; kind: string },
): ActionSummary[] {
  const group = (apiVersion: string) => apiVersion.split("/")[0];
  return (actions ?? []).filter(
    ({ target, phase }) =>
      !phase && target?.kind === type.kind && group(target.apiVersion) === group(type.apiVersion),
  );
}

export function actionTitle(action: ActionSummary, locale: string): string {
  return action.i18n?.[locale]?.title ?? action.title ?? action.name;
}

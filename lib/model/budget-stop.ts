import type { KubernetesObject } from "./kubernetes.ts";
import { annotation } from "./resources.ts";

const STATES = ["stopping", "stopped", "failed", "starting"] as const;

/**
 * How far the stop of a workspace's budget has come with one instance: its stop is asked for; done; could not be done; its
 * start is asked for. It stands on the instance itself, so that whoever leads goes on where another one was interrupted.
 */
export interface StopMark {
  state: (typeof STATES)[number];
  /** Part of the name of the run that it asks for: each asking has its own. */
  token: string;
}

/** The mark that an instance wears; undefined where the budget has nothing to do with how it is. */
export function stopMark({ metadata }: KubernetesObject): StopMark | undefined {
  const [word, token] = metadata.annotations?.[annotation.budgetStop]?.split(" ") ?? [];
  const state = STATES.find((each) => each === word);
  return state && token !== undefined && /^[0-9a-z]{1,16}$/.test(token) ? { state, token } : undefined;
}

/** As it is written. */
export const markText = ({ state, token }: StopMark): string => `${state} ${token}`;

/** Whether it is the budget that an instance is stopped for. */
export function isStoppedByBudget(instance: KubernetesObject): boolean {
  const state = stopMark(instance)?.state;
  return state === "stopping" || state === "stopped";
}

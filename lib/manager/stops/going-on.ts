import type { GoingOn } from "../../model/budget.ts";
import type { StopMark } from "../../model/budget-stop.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import type { ActionRun } from "../../model/resources.ts";
import type { Allowed } from "./step.ts";

interface Known {
  mark: StopMark | undefined;
  allowed: Allowed & { why?: string };
  /** The run that the mark asks for. */
  run: ActionRun | undefined;
}

/**
 * Why an instance goes on and costs although the budget is spent; undefined where it does not, or not for long.
 * @param known absent: its provider has no way to stop it
 */
export function goingOn(
  { apiVersion, kind, metadata: { name } }: KubernetesObject,
  known?: Known,
): GoingOn | undefined {
  const on = (reason: GoingOn["reason"], message: string) => ({ apiVersion, kind, name, reason, message });
  if (!known) return on("NotStoppable", "Its provider has no way to stop it and start it again.");
  const { mark, allowed, run } = known;
  if (allowed.start && !allowed.stop) return undefined;
  switch (mark?.state) {
    case undefined:
      return allowed.stop ? undefined : on("Refused", allowed.why ?? "");
    case "failed":
      return on("StopFailed", run?.status?.conditions?.[0]?.message ?? "Stopping it did not succeed.");
    case "stopped":
      return on("StartedAgain", "It was started again after the budget had stopped it.");
    default:
      return undefined;
  }
}

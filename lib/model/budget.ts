import type { Condition, KubernetesObject } from "./kubernetes.ts";

export type BudgetPhase = "Within" | "Warning" | "Stopped" | "Spent" | "Lifted" | "Unpriced";

/** An instance of a provider that goes on and costs while the budget has everything else stopped. */
export interface GoingOn {
  apiVersion: string;
  kind: string;
  name: string;
  reason: "NotStoppable" | "StopFailed" | "StartedAgain" | "Refused";
  message: string;
}

/** What a workspace may cost in a month (UTC): `default` is its owner's, `limit` the administrators'. */
export type Budget = KubernetesObject & {
  spec: {
    /** In the currency of the price book, as a decimal number of at most six digits after the point. */
    monthly: string;
    /** In percent; default 80. */
    warnAt?: number;
    /** Whether apps and instances of providers are stopped when all is spent; default true. */
    stop?: boolean;
    /** The month, like `2026-01`, in which nothing is stopped. */
    lifted?: string;
  };
  status?: {
    phase?: BudgetPhase;
    month?: string;
    /** What is spent of it, in whole percent. */
    percent?: number;
    /** When `percent` was last written, in integer micro-units. */
    spentMicros?: number;
    currency?: string;
    message?: string;
    goingOn?: GoingOn[];
    observedGeneration?: number;
    conditions?: Condition[];
  };
};

export const OWN_BUDGET = "default";
export const LIMIT = "limit";
/**
 * What a limit that gets another amount is merged over, as a JSON merge patch has it: whoever made it first may have
 * been the workspace's owner, and nothing that they wrote into it loosens it.
 */
export const LIMIT_ANEW = { warnAt: null, stop: null, lifted: null };

export const MONTHLY = /^\d{1,9}(\.\d{1,6})?$/;

/** A decimal number as integer micro-units. */
export function microsOf(monthly: string): bigint {
  const [whole = "0", part = ""] = monthly.split(".");
  return BigInt(whole + part.padEnd(6, "0"));
}

/** What was spent in a month, in integer micro-units. */
export interface SpentInMonth {
  month: string;
  all: bigint;
  /** For what the cluster itself knows: pods, volumes, load balancers. Only this may stop anything. */
  known: bigint;
}

/** A number that the cluster's schema holds, however much there is. */
export function whole(amount: bigint): number {
  return Math.min(Number(amount), Number.MAX_SAFE_INTEGER);
}

/** How a budget stands; `spent` undefined: the cluster has no prices. */
export function judge(
  { monthly, warnAt = 80, stop = true, lifted }: Budget["spec"],
  spent: SpentInMonth | undefined,
): { phase: BudgetPhase; percent: number } {
  if (!spent) return { phase: "Unpriced", percent: 0 };
  const limit = microsOf(monthly);
  const percent = limit === 0n ? (spent.all > 0n ? 100 : 0) : whole((spent.all * 100n) / limit);
  const phase = (): BudgetPhase => {
    if (spent.known >= limit && spent.known > 0n && stop)
      return lifted === spent.month ? "Lifted" : "Stopped";
    if (percent >= 100) return "Spent";
    return percent >= warnAt ? "Warning" : "Within";
  };
  return { phase: phase(), percent };
}

/** Whether any of a workspace's budgets has its apps stopped. */
export function isStopping(budgets: Iterable<Budget>): boolean {
  return [...budgets].some(({ status }) => status?.phase === "Stopped");
}

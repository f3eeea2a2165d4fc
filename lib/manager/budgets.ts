import { isNotFound } from "../cluster/index.ts";
import { dayOf } from "../metering/meter.ts";
import { UNITS } from "../metering/money.ts";
import type { PriceBook } from "../metering/prices.ts";
import { type Budget, type BudgetPhase, judge, type SpentInMonth, whole } from "../model/budget.ts";
import { API_VERSION, type Usage } from "../model/resources.ts";
import { withConditions, writeStatus } from "./status.ts";
import type { World } from "./world.ts";

const STANDARD = new Set<string>(UNITS);
const EVENTS: Partial<Record<BudgetPhase, { type: "Normal" | "Warning"; reason: string }>> = {
  Warning: { type: "Warning", reason: "BudgetNear" },
  Spent: { type: "Warning", reason: "BudgetSpent" },
  Stopped: { type: "Warning", reason: "BudgetReached" },
  Lifted: { type: "Normal", reason: "BudgetLifted" },
};

/**
 * Holds what workspaces spent in the month against their budgets and says in each Budget's status how it stands. Who
 * stops apps reads it there. What was not counted spends nothing, so no gap and no failing meter stops anything.
 */
export class Budgets {
  readonly #world: World;
  /** What days that are over came to, by `namespace/day currency`. */
  readonly #over = new Map<string, SpentInMonth>();
  #readOn = "";
  #last: Promise<unknown> = Promise.resolve();

  constructor(world: World) {
    this.#world = world;
  }

  /**
   * Judges those of a namespace, or all; one after the other, so that each is judged by what is written.
   * @throws the last failure, when the others have been judged
   */
  judge(now: number, book: PriceBook | undefined, namespace?: string): Promise<void> {
    const judged = this.#last.then(async () => {
      const known = new Map<string, SpentInMonth | undefined>();
      // Written late, a day that is over may change once more.
      if (this.#readOn !== dayOf(now)) this.#over.clear();
      this.#readOn = dayOf(now);
      let failure: unknown;
      for (const budget of this.#world.budgets.list(namespace)) {
        const { namespace: where = "" } = budget.metadata;
        try {
          if (!known.has(where)) known.set(where, book && (await this.#spent(where, now, book.currency)));
          await this.#write(budget, known.get(where), monthOf(now), book?.currency);
        } catch (error) {
          // Deleted meanwhile: there is nothing to say.
          if (!isNotFound(error)) failure = error;
        }
      }
      if (failure !== undefined) throw failure;
    });
    this.#last = judged.catch(() => undefined);
    return judged;
  }

  /** Of all that a workspace ever used, no more than the month is read, and of that what may have changed. */
  async #spent(namespace: string, now: number, currency: string): Promise<SpentInMonth> {
    const month = monthOf(now);
    const today = new Date(now).getUTCDate();
    const days = Array.from(
      { length: today },
      (_, before) => `${month}-${String(before + 1).padStart(2, "0")}`,
    );
    const spent = await Promise.all(
      days.map(async (day, index) => {
        const key = `${namespace}/${day} ${currency}`;
        const known = this.#over.get(key);
        if (known) return known;
        const reference = { apiVersion: API_VERSION, kind: "Usage", namespace, name: day };
        const usage = await this.#world.cluster.find<Usage>(reference);
        const sum = spentIn(usage ? [usage] : [], month, currency);
        if (index < today - 2) this.#over.set(key, sum);
        return sum;
      }),
    );
    return spent.reduce(({ all, known }, day) => ({ month, all: all + day.all, known: known + day.known }));
  }

  async #write(
    budget: Budget,
    spent: SpentInMonth | undefined,
    month: string,
    currency: string | undefined,
  ): Promise<void> {
    const before = budget.status;
    const { phase, percent } = judge(budget.spec, spent);
    const { generation } = budget.metadata;
    const stands =
      before?.phase === phase &&
      before.percent === percent &&
      before.month === month &&
      before.observedGeneration === generation &&
      before.currency === currency;
    if (stands) return;
    const message = messageOf(phase, percent, budget.spec, currency ?? "");
    const stopped = phase === "Stopped";
    await writeStatus(this.#world.cluster, budget, {
      phase,
      month,
      percent,
      spentMicros: whole(spent?.all ?? 0n),
      currency,
      message,
      observedGeneration: generation,
      conditions: withConditions(
        before?.conditions,
        [
          {
            type: "Near",
            status: phase === "Within" || phase === "Unpriced" ? "False" : "True",
            reason: phase,
            message,
          },
          { type: "Stopped", status: stopped ? "True" : "False", reason: phase, message },
        ],
        generation,
        new Date().toISOString(),
      ),
    });
    if (before?.phase === phase) return;
    const event = EVENTS[phase];
    if (event) this.#world.recorder.record(budget, event.type, event.reason, message);
    else if (before?.phase === "Stopped")
      this.#world.recorder.record(budget, "Normal", "BudgetEnded", message);
  }
}

/** What the days cost, in one currency. Days of an older release have no lines, and only what the cluster knows. */
export function spentIn(days: readonly Usage[], month: string, currency: string): SpentInMonth {
  let [all, known] = [0n, 0n];
  for (const { status } of days) {
    if (status?.currency !== currency) continue;
    for (const { cost = 0, charges } of Object.values(status.apps ?? {})) {
      all += BigInt(Math.round(cost));
      const lines = charges?.filter(({ meter }) => STANDARD.has(meter));
      known += BigInt(Math.round(lines?.reduce((sum, line) => sum + (line.cost ?? 0), 0) ?? cost));
    }
  }
  return { month, all, known };
}

export const monthOf = (now: number) => new Date(now).toISOString().slice(0, 7);

function messageOf(
  phase: BudgetPhase,
  percent: number,
  { monthly, stop = true }: Budget["spec"],
  currency: string,
): string {
  const share = `${percent} % of ${monthly} ${currency} are spent this month`;
  switch (phase) {
    case "Unpriced":
      return "The cluster has no prices, so nothing is spent.";
    case "Within":
      return `${share}.`;
    case "Warning":
      return stop
        ? `${share}. When all is spent, the workspace's apps and databases are stopped.`
        : `${share}.`;
    case "Spent":
      return `${share}; nothing is stopped.`;
    case "Lifted":
      return `${share}; the stop is lifted until the month ends.`;
    case "Stopped":
      return `${share}, so the workspace's apps and databases are stopped until the month ends, the budget is raised, or an administrator lifts the stop.`;
  }
}

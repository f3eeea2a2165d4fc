import type { Plan, PlanBlocker, PlannedObject, PlanOperation, QuotaLine } from "@/lib/model/plan";

export interface KindGroup {
  kind: string;
  objects: PlannedObject[];
}

/** The order in which a person wants to read it: what appears, what changes, what goes, what stays. */
const ORDER: PlanOperation[] = ["create", "change", "prune", "link", "keep", "unchanged"];

/** Objects by what happens to them, then by kind; empty groups are left out. */
export function groupObjects(plan: Plan): { operation: PlanOperation; count: number; kinds: KindGroup[] }[] {
  return ORDER.map((operation) => {
    const objects = plan.objects.filter((object) => object.operation === operation);
    const kinds = Map.groupBy(objects, (object) => object.kind);
    return {
      operation,
      count: objects.length,
      kinds: [...kinds].map(([kind, list]) => ({ kind, objects: list })),
    };
  }).filter((group) => group.count > 0);
}

/** What stands in the way, by what can be done about it: the same advice is given once, not at every sentence. */
export function groupBlockers(blockers: readonly PlanBlocker[]): PlanBlocker[][] {
  return [...Map.groupBy(blockers, (blocker) => blocker.code).values()];
}

/** Micro-units of a currency as money in the reader's language. */
export function formatCost(cost: NonNullable<Plan["cost"]>, locale: string): string {
  return new Intl.NumberFormat(locale, { style: "currency", currency: cost.currency }).format(
    cost.monthlyMicros / 1_000_000,
  );
}

/** The lines that the plan touches: what does not fit first, then by how full it would be. */
export function tightestFirst(quota: readonly QuotaLine[]): QuotaLine[] {
  const fullness = (line: QuotaLine) =>
    line.hard > 0 ? (line.used + line.added) / line.hard : Number.POSITIVE_INFINITY;
  return quota
    .filter((line) => line.added !== 0 || !line.fits)
    .sort((a, b) => Number(a.fits) - Number(b.fits) || fullness(b) - fullness(a));
}

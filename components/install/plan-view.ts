import type { Plan, PlannedObject, PlanOperation } from "@/lib/model/plan";

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

/** Micro-units of a currency as money in the reader's language. */
export function formatCost(cost: NonNullable<Plan["cost"]>, locale: string): string {
  return new Intl.NumberFormat(locale, { style: "currency", currency: cost.currency }).format(
    cost.monthlyMicros / 1_000_000,
  );
}

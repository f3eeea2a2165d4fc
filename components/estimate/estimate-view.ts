import { formatBytes, formatCores } from "@/components/ui/units";
import type { Estimate } from "@/lib/model/estimate";
import type { MeterDeclaration } from "@/lib/model/image";

export type Size = "cpu" | "memory" | "storage" | "loadBalancers";
const SIZES: readonly Size[] = ["cpu", "memory", "storage", "loadBalancers"];

/** A size as it is and, where it changes, as it was. */
export interface ShownSize {
  size: Size;
  before?: string;
  after: string;
}

/** The sizes worth showing: of something new or unchanged what it has, of a change what moves. */
export function sizesOf(before: Estimate | undefined, after: Estimate, locale: string): ShownSize[] {
  const text = (size: Size, amount: number) =>
    size === "cpu" || size === "loadBalancers" ? formatCores(amount, locale) : formatBytes(amount, locale);
  const moved = SIZES.filter((size) => before && before[size] !== after[size]);
  const shown = moved.length > 0 ? moved : SIZES.filter((size) => after[size] > 0);
  return shown.map((size) => {
    const [was, is] = [before && text(size, before[size]), text(size, after[size])];
    return { size, ...(was !== undefined && was !== is && { before: was }), after: is };
  });
}

/** The meters of an image that count instances of a kind. */
export function metersOf(
  metering: readonly MeterDeclaration[],
  { apiVersion, kind }: { apiVersion: string; kind: string },
): MeterDeclaration[] {
  return metering.filter(({ field, count }) => {
    const of = field ?? count;
    return of?.apiVersion === apiVersion && of.kind === kind;
  });
}

/** How much more it costs in a month, in micro-units; undefined where that cannot be said. */
export function difference(before: Estimate | undefined, after: Estimate): number | undefined {
  if (!before?.cost || !after.cost || before.cost.currency !== after.cost.currency) return undefined;
  return after.cost.monthlyMicros - before.cost.monthlyMicros;
}

import { formatBytes } from "@/components/ui/units";
import type { InstanceKind } from "@/lib/model/image";

export type KindColumn = InstanceKind["columns"][number];

/** A column's value as people read it. Operators give amounts with their unit (`1Gi`), or in bare bytes. */
export function columnText(
  { type }: Pick<KindColumn, "type">,
  value: string | number,
  locale: string,
): string {
  const text = String(value);
  return type === "quantity" && /^\d+$/.test(text) ? formatBytes(Number(text), locale) : text;
}

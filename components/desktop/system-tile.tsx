import { ChartColumn, History, Info, type LucideIcon, ShieldCheck } from "lucide-react";
import { ADMINISTRATION, DETAILS, HUB, TIMELINE, USAGE } from "./entries";
import { ProductMark } from "./product-mark";

const pictures: Record<string, LucideIcon> = {
  [DETAILS]: Info,
  [USAGE]: ChartColumn,
  [ADMINISTRATION]: ShieldCheck,
  [TIMELINE]: History,
};

/** The picture of a window that is the console's own; undefined for apps. */
export function systemTile(app: string, size: number): React.ReactNode {
  if (app === HUB) return <ProductMark size={size} />;
  const Picture = pictures[app];
  if (!Picture) return undefined;
  return (
    <span
      className="flex items-center justify-center bg-accent-soft text-accent-text outline -outline-offset-1 outline-tile-line"
      style={{ width: size, height: size, borderRadius: Math.round(size * 0.24) }}
    >
      <Picture size={Math.round(size * 0.6)} aria-hidden />
    </span>
  );
}

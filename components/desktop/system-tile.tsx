import { History, Info } from "lucide-react";
import { HUB, isSystem, TIMELINE } from "./entries";
import { ProductMark } from "./product-mark";

/** The picture of a window that is the console's own; undefined for apps. */
export function systemTile(app: string, size: number): React.ReactNode {
  if (app === HUB) return <ProductMark size={size} />;
  if (!isSystem(app)) return undefined;
  const Icon = app === TIMELINE ? History : Info;
  return (
    <span
      className="flex items-center justify-center bg-accent-soft text-accent-text outline -outline-offset-1 outline-tile-line"
      style={{ width: size, height: size, borderRadius: Math.round(size * 0.24) }}
    >
      <Icon size={Math.round(size * 0.6)} aria-hidden />
    </span>
  );
}

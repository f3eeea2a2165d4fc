"use client";
import { useState } from "react";
import { cx } from "./cx";

/** Hue from the name, so that an app without an icon keeps its colour. */
function hue(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 360;
  return sum;
}

/**
 * An app's icon on a tile; the first letter of its name while there is none. Decorative: its name
 * stands beside it. A plain `img`: the icon is a small file of our own origin, often an SVG, which next/image refuses.
 */
export function AppIcon({
  src,
  name,
  size = 40,
  className,
}: {
  src?: string;
  name: string;
  size?: number;
  className?: string;
}) {
  const [broken, setBroken] = useState<string>();
  const radius = Math.round(size * 0.24);
  if (src && broken !== src) {
    return (
      <img
        src={src}
        alt=""
        width={size}
        height={size}
        draggable={false}
        loading="lazy"
        decoding="async"
        onError={() => setBroken(src)}
        className={cx("shrink-0 object-contain outline -outline-offset-1 outline-tile-line", className)}
        style={{ borderRadius: radius, width: size, height: size }}
      />
    );
  }
  return (
    <span
      aria-hidden
      className={cx(
        "flex shrink-0 items-center justify-center font-semibold text-[#fff] uppercase select-none",
        className,
      )}
      style={{
        width: size,
        height: size,
        borderRadius: radius,
        fontSize: size * 0.44,
        backgroundColor: `hsl(${hue(name)} 45% 38%)`,
      }}
    >
      {Array.from(name.trim())[0] ?? "?"}
    </span>
  );
}

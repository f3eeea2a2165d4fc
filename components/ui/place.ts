export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Side = "top" | "bottom" | "left" | "right";

const GAP = 6;
const EDGE = 8;
const opposite: Record<Side, Side> = { top: "bottom", bottom: "top", left: "right", right: "left" };

/**
 * Top left corner for a panel of `size` beside `anchor`: on the wanted side if it fits, else on the opposite one, and
 * never beyond the viewport's edge. Pixels.
 */
export function placeBeside(
  anchor: Box,
  size: { width: number; height: number },
  viewport: { width: number; height: number },
  side: Side,
): { x: number; y: number } {
  const room: Record<Side, number> = {
    top: anchor.y - GAP - EDGE,
    bottom: viewport.height - anchor.y - anchor.height - GAP - EDGE,
    left: anchor.x - GAP - EDGE,
    right: viewport.width - anchor.x - anchor.width - GAP - EDGE,
  };
  const needed = side === "top" || side === "bottom" ? size.height : size.width;
  const chosen = room[side] < needed && room[opposite[side]] > room[side] ? opposite[side] : side;
  const centre = {
    x: anchor.x + (anchor.width - size.width) / 2,
    y: anchor.y + (anchor.height - size.height) / 2,
  };
  const corner = {
    top: { x: centre.x, y: anchor.y - GAP - size.height },
    bottom: { x: centre.x, y: anchor.y + anchor.height + GAP },
    left: { x: anchor.x - GAP - size.width, y: centre.y },
    right: { x: anchor.x + anchor.width + GAP, y: centre.y },
  }[chosen];
  const within = (value: number, length: number, whole: number) =>
    Math.round(Math.max(EDGE, Math.min(value, whole - length - EDGE)));
  return {
    x: within(corner.x, size.width, viewport.width),
    y: within(corner.y, size.height, viewport.height),
  };
}

"use client";
import type { WindowBounds } from "@/lib/model/resources";
import { desktop } from "./store";
import { useDrag } from "./use-drag";
import { type Area, type Edge, resizeBounds } from "./windows";

const edges: Record<Edge, string> = {
  n: "inset-x-3 -top-1 h-2 cursor-ns-resize",
  s: "inset-x-3 -bottom-1 h-2 cursor-ns-resize",
  e: "inset-y-3 -right-1 w-2 cursor-ew-resize",
  w: "inset-y-3 -left-1 w-2 cursor-ew-resize",
  ne: "-top-1 -right-1 size-4 cursor-nesw-resize",
  sw: "-bottom-1 -left-1 size-4 cursor-nesw-resize",
  nw: "-top-1 -left-1 size-4 cursor-nwse-resize",
  se: "-right-1 -bottom-1 size-4 cursor-nwse-resize",
};

/** Invisible grips along the edges. By keyboard, the window's menu does the same. */
export function WindowEdges(props: { app: string; bounds: WindowBounds; area: Area }) {
  return (Object.keys(edges) as Edge[]).map((edge) => <Grip key={edge} edge={edge} {...props} />);
}

function Grip({ edge, app, bounds, area }: { edge: Edge; app: string; bounds: WindowBounds; area: Area }) {
  const drag = useDrag({
    onStart: () => bounds,
    onMove: (start, dx, dy) => desktop.setBounds(app, resizeBounds(start, edge, dx, dy, area)),
    onEnd: () => undefined,
  });
  return (
    <div aria-hidden data-edge={edge} onPointerDown={drag} className={`absolute touch-none ${edges[edge]}`} />
  );
}

import type { ReactNode } from "react";
import { create } from "zustand";
import type { Side } from "./place";

export interface Shown {
  id: string;
  anchor: Element;
  side: Side;
  text: ReactNode;
  shortcut: string | undefined;
}

/** One tooltip at a time, drawn by `TooltipLayer`: hundreds of them cost nothing until one is shown. */
export const useShown = create<{ shown: Shown | undefined }>(() => ({ shown: undefined }));

const DELAY_MS = 400;
/** After one was shown, its neighbours come at once. */
const WARM_MS = 300;
/** Time to move the pointer onto the tooltip (WCAG 1.4.13). */
export const GRACE_MS = 120;
let timer: ReturnType<typeof setTimeout> | undefined;
let hiddenAt = 0;

/** After a moment by focus; by hover at once if a neighbour was just shown. */
export function showTip(next: Shown, by: "hover" | "focus"): void {
  const delay = by === "hover" && Date.now() - hiddenAt < WARM_MS ? 0 : DELAY_MS;
  clearTimeout(timer);
  timer = setTimeout(() => useShown.setState({ shown: next }), delay);
}

/** Hides it, or after `delay` milliseconds unless `keepTip` is called. */
export function hideTip(delay = 0): void {
  clearTimeout(timer);
  const run = () => {
    if (!useShown.getState().shown) return;
    hiddenAt = Date.now();
    useShown.setState({ shown: undefined });
  };
  if (delay === 0) run();
  else timer = setTimeout(run, delay);
}

export const keepTip = () => clearTimeout(timer);

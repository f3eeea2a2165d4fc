"use client";
import { type FocusEvent, lazy, type PointerEvent, type ReactNode, Suspense, useEffect, useId } from "react";
import { withProps } from "./compose";
import { whenIdle } from "./idle";
import type { Side } from "./place";
import { GRACE_MS, hideTip, type Shown, showTip, useShown } from "./tooltip-state";

const loadTip = () => import("./tooltip-tip");
const Tip = lazy(loadTip);
whenIdle(loadTip);

interface TooltipProps {
  text: ReactNode;
  shortcut?: string;
  side?: Side;
  /** Set false when the text repeats the child's own name. */
  describe?: boolean;
  children: ReactNode;
}

/** Explains its child on hover and on focus by keyboard. Nothing essential may live only here. */
export function Tooltip({ text, shortcut, side = "bottom", describe = true, children }: TooltipProps) {
  const id = useId();
  const open = useShown((state) => state.shown?.id === id);
  useEffect(
    () => () => {
      if (useShown.getState().shown?.id === id) hideTip();
    },
    [id],
  );
  const shown = (anchor: Element): Shown => ({ id, anchor, side, text, shortcut });
  return withProps(children, {
    onPointerEnter: (event: PointerEvent) => {
      if (event.pointerType === "touch") return;
      showTip(shown(event.currentTarget), "hover");
    },
    onPointerLeave: () => hideTip(GRACE_MS),
    onPointerDown: () => hideTip(),
    onFocus: (event: FocusEvent) => {
      if (event.currentTarget.matches(":focus-visible")) showTip(shown(event.currentTarget), "focus");
    },
    onBlur: () => hideTip(),
    ...(open && describe ? { "aria-describedby": `${id}-tip` } : {}),
  });
}

/** At the root, once. */
export function TooltipLayer() {
  const shown = useShown((state) => state.shown);
  return shown ? (
    <Suspense>
      <Tip key={shown.id} {...shown} />
    </Suspense>
  ) : null;
}

"use client";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { placeBeside } from "./place";
import { GRACE_MS, hideTip, keepTip, type Shown } from "./tooltip-state";

/** The visible tooltip. */
export default function Tip({ id, anchor, side, text, shortcut }: Shown) {
  const panel = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ x: number; y: number }>();
  useLayoutEffect(() => {
    const size = panel.current?.getBoundingClientRect();
    if (!size) return;
    const viewport = { width: document.documentElement.clientWidth, height: window.innerHeight };
    setPlace(placeBeside(anchor.getBoundingClientRect(), size, viewport, side));
  }, [anchor, side]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") hideTip();
    };
    const leave = () => hideTip();
    window.addEventListener("keydown", onKey, true);
    window.addEventListener("scroll", leave, true);
    return () => {
      window.removeEventListener("keydown", onKey, true);
      window.removeEventListener("scroll", leave, true);
    };
  }, []);
  return (
    <div
      ref={panel}
      id={`${id}-tip`}
      role="tooltip"
      onPointerEnter={() => keepTip()}
      onPointerLeave={() => hideTip(GRACE_MS)}
      className="fixed z-[1000] w-max max-w-80 rounded-md border border-line bg-raised px-2 py-1 text-sm text-text shadow-raised wrap-break-word"
      style={place ? { left: place.x, top: place.y } : { visibility: "hidden", left: 0, top: 0 }}
    >
      {text}
      {shortcut ? <kbd className="ml-2 font-sans text-xs text-muted">{shortcut}</kbd> : null}
    </div>
  );
}

"use client";
import {
  type FocusEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { create } from "zustand";
import { withProps } from "./compose";
import { placeBeside, type Side } from "./place";

interface Shown {
  id: string;
  anchor: Element;
  side: Side;
  text: ReactNode;
  shortcut: string | undefined;
}

/** One tooltip at a time, drawn by `TooltipLayer`: hundreds of them cost nothing until one is shown. */
const useShown = create<{ shown: Shown | undefined }>(() => ({ shown: undefined }));

const DELAY_MS = 400;
/** After one was shown, its neighbours come at once. */
const WARM_MS = 300;
/** Time to move the pointer onto the tooltip (WCAG 1.4.13). */
const GRACE_MS = 120;
let timer: ReturnType<typeof setTimeout> | undefined;
let hiddenAt = 0;

function show(next: Shown, delay: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => useShown.setState({ shown: next }), delay);
}

function hide(delay = 0): void {
  clearTimeout(timer);
  const run = () => {
    if (!useShown.getState().shown) return;
    hiddenAt = Date.now();
    useShown.setState({ shown: undefined });
  };
  if (delay === 0) run();
  else timer = setTimeout(run, delay);
}

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
      if (useShown.getState().shown?.id === id) hide();
    },
    [id],
  );
  const shown = (anchor: Element): Shown => ({ id, anchor, side, text, shortcut });
  return withProps(children, {
    onPointerEnter: (event: PointerEvent) => {
      if (event.pointerType === "touch") return;
      show(shown(event.currentTarget), Date.now() - hiddenAt < WARM_MS ? 0 : DELAY_MS);
    },
    onPointerLeave: () => hide(GRACE_MS),
    onPointerDown: () => hide(),
    onFocus: (event: FocusEvent) => {
      if (event.currentTarget.matches(":focus-visible")) show(shown(event.currentTarget), DELAY_MS);
    },
    onBlur: () => hide(),
    ...(open && describe ? { "aria-describedby": `${id}-tip` } : {}),
  });
}

/** At the root, once. */
export function TooltipLayer() {
  const shown = useShown((state) => state.shown);
  return shown ? <Tip key={shown.id} {...shown} /> : null;
}

function Tip({ id, anchor, side, text, shortcut }: Shown) {
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
      if (event.key === "Escape") hide();
    };
    const leave = () => hide();
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
      onPointerEnter={() => clearTimeout(timer)}
      onPointerLeave={() => hide(GRACE_MS)}
      className="fixed z-[1000] w-max max-w-80 rounded-md border border-line bg-raised px-2 py-1 text-sm text-text shadow-raised wrap-break-word"
      style={place ? { left: place.x, top: place.y } : { visibility: "hidden", left: 0, top: 0 }}
    >
      {text}
      {shortcut ? <kbd className="ml-2 font-sans text-xs text-muted">{shortcut}</kbd> : null}
    </div>
  );
}

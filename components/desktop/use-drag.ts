"use client";
import { type PointerEvent as ReactPointerEvent, useEffect, useRef } from "react";

export interface DragHandlers<Start> {
  /** Before anything moves; what it returns is given back with every move. Undefined: no drag. */
  onStart: (event: ReactPointerEvent) => Start | undefined;
  /** (dx, dy) since the press, and the pointer's place in the page. */
  onMove: (start: Start, dx: number, dy: number, x: number, y: number) => void;
  onEnd: (start: Start, moved: boolean, x: number, y: number) => void;
}

/** A press becomes a drag after so many pixels; before that it is a click. */
const THRESHOLD = 4;

/** `onPointerDown` for something that can be dragged. The pointer is captured, so frames cannot swallow it. */
export function useDrag<Start>(handlers: DragHandlers<Start>): (event: ReactPointerEvent) => void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  const stop = useRef<() => void>(undefined);
  useEffect(() => () => stop.current?.(), []);

  return (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    const start = latest.current.onStart(event);
    if (start === undefined) return;
    const target = event.currentTarget as HTMLElement;
    const { pointerId, clientX, clientY } = event;
    let moved = false;
    let frame = 0;
    let last = { x: clientX, y: clientY };
    const move = (next: PointerEvent) => {
      if (next.pointerId !== pointerId) return;
      last = { x: next.clientX, y: next.clientY };
      if (!moved) {
        if (Math.hypot(last.x - clientX, last.y - clientY) < THRESHOLD) return;
        moved = true;
      }
      if (frame === 0) {
        frame = requestAnimationFrame(() => {
          frame = 0;
          latest.current.onMove(start, last.x - clientX, last.y - clientY, last.x, last.y);
        });
      }
    };
    const finish = () => {
      cancelAnimationFrame(frame);
      target.removeEventListener("pointermove", move);
      target.removeEventListener("pointerup", up);
      target.removeEventListener("pointercancel", up);
      stop.current = undefined;
    };
    const up = (next: PointerEvent) => {
      if (next.pointerId !== pointerId) return;
      finish();
      if (moved) latest.current.onMove(start, last.x - clientX, last.y - clientY, last.x, last.y);
      latest.current.onEnd(start, moved, last.x, last.y);
    };
    target.setPointerCapture(pointerId);
    target.addEventListener("pointermove", move);
    target.addEventListener("pointerup", up);
    target.addEventListener("pointercancel", up);
    stop.current = finish;
  };
}

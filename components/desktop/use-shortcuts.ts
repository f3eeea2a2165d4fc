"use client";
import { useEffect } from "react";
import { overlay } from "./overlay";
import { desktop, useDesktop, windowsOf } from "./store";
import type { Launch } from "./use-launch";
import { activeWindow } from "./windows";

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));

type Act = (app: string) => void;

const always = new Map<string, Act>([
  ["KeyN", desktop.next],
  ["KeyD", desktop.showDesktop],
  ["KeyL", () => overlay.toggle("launcher")],
]);

/** What keys do with the window in front. */
const ofWindow = (launch: Launch) =>
  new Map<string, Act>([
    ["KeyW", launch.close],
    ["KeyM", desktop.minimize],
    ["ArrowUp", desktop.toggleMaximized],
    ["ArrowLeft", (app) => desktop.snap(app, "left")],
    ["ArrowRight", (app) => desktop.snap(app, "right")],
  ]);

/** Keys of the whole desktop. Alt+Shift is what browsers and systems leave free. */
export function useShortcuts(launch: Launch): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && !event.shiftKey && !event.altKey && event.code === "KeyK") {
        event.preventDefault();
        overlay.toggle("palette");
        return;
      }
      if (event.key === "?" && !typing(event.target)) {
        overlay.show("shortcuts");
        return;
      }
      if (!event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey) return;
      const app = activeWindow(windowsOf(useDesktop.getState()))?.app;
      const run = always.get(event.code) ?? (app ? ofWindow(launch).get(event.code) : undefined);
      if (!run) return;
      event.preventDefault();
      run(app ?? "");
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [launch]);
}

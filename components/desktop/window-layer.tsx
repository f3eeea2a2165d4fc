"use client";
import { useEffect, useMemo, useState } from "react";
import { isSystem } from "./entries";
import { desktop, useDesktop, windowsOf } from "./store";
import { useEntries } from "./use-entries";
import type { Launch } from "./use-launch";
import { usePhone } from "./use-media";
import { useWindowTitle } from "./use-window-title";
import { WindowFrame } from "./window-frame";
import { activeWindow, type Snap, snapBounds } from "./windows";

/** All windows, in a stable order of elements: only the z-index changes, so frames are never loaded again. */
export function WindowLayer({ launch }: { launch: Launch }) {
  const windows = useDesktop(windowsOf);
  const area = useDesktop((state) => state.area);
  const sheet = useDesktop((state) => state.sheet);
  const phone = usePhone();
  const { byApp, ready } = useEntries();
  const titleOf = useWindowTitle();
  const [preview, setPreview] = useState<Snap>();

  // An app that was uninstalled takes its window with it.
  useEffect(() => {
    if (!ready) return;
    for (const { app } of windows) {
      if (!isSystem(app) && !byApp.has(app)) desktop.close(app);
    }
  }, [ready, windows, byApp]);

  const ranks = useMemo(() => {
    const order = [...windows].sort((left, right) => left.z - right.z);
    return new Map(order.map((window, rank) => [window.app, rank]));
  }, [windows]);
  const inOrder = useMemo(
    () => [...windows].sort((left, right) => left.app.localeCompare(right.app)),
    [windows],
  );
  const front = phone ? sheet : activeWindow(windows)?.app;
  const ghost = preview && snapBounds(preview, area);

  return (
    <>
      {ghost ? (
        <div
          aria-hidden
          className="absolute top-0 left-0 z-[5] animate-fade p-1.5"
          style={{
            width: ghost.width,
            height: ghost.height,
            transform: `translate(${ghost.x}px, ${ghost.y}px)`,
          }}
        >
          <div className="size-full rounded-xl border-2 border-accent-text bg-accent-soft opacity-70" />
        </div>
      ) : null}
      {inOrder.map((window) => {
        const entry = byApp.get(window.app);
        return (
          <WindowFrame
            key={window.app}
            window={window}
            entry={entry}
            title={titleOf(window.app, window.path)}
            active={front === window.app}
            rank={ranks.get(window.app) ?? 0}
            area={area}
            sheet={phone}
            launch={launch}
            onSnapPreview={setPreview}
          />
        );
      })}
    </>
  );
}

"use client";
import { useEffect } from "react";
import { api, apiPath } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { stream } from "@/components/data/stream";
import { useTopic } from "@/components/data/use-topic";
import type { Desktop } from "@/lib/model/resources";
import { desktop, useDesktop } from "./store";
import { DesktopSync } from "./sync";

/** Keeps the tab's desktop and the Desktop resource in step. Returns whether the desktop is known yet. */
export function useDesktopSync(): boolean {
  const { namespace, mayEdit } = useSession();
  const { items, ready } = useTopic<Desktop>("desktop");
  const remote = items.get("default");
  const known = useDesktop((state) => state.base !== undefined);

  useEffect(() => {
    // Before the snapshot there is nothing to build on; a namespace without a Desktop begins with an empty one.
    if (ready) desktop.receive(remote?.spec ?? {});
  }, [ready, remote]);

  useEffect(() => {
    if (!mayEdit) return;
    const sync = new DesktopSync({
      read: useDesktop.getState,
      save: (patch) =>
        api<Desktop>("PATCH", apiPath("namespaces", namespace, "desktop"), patch, { keepalive: true }),
      onSaved: (saved) => {
        stream.accept("desktop", "default", saved);
        desktop.receive(saved.spec ?? {});
      },
      // The banner tells of lost connections; the layout is kept here and tried again.
      onTrouble: (error) => console.warn("The desktop could not be saved yet.", error),
      setTimer: (run, ms) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    });
    const stop = useDesktop.subscribe((state, before) => {
      if (state.spec !== before.spec) sync.touch();
    });
    const leave = () => void sync.flush();
    window.addEventListener("pagehide", leave);
    return () => {
      stop();
      leave();
      sync.stop();
      window.removeEventListener("pagehide", leave);
      desktop.reset();
    };
  }, [namespace, mayEdit]);

  return known;
}

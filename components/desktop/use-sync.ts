"use client";
import { useEffect, useRef } from "react";
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
  const saving = useRef<DesktopSync>(undefined);

  useEffect(() => {
    if (!mayEdit) return;
    const sync = new DesktopSync({
      read: useDesktop.getState,
      save: (patch) =>
        api<Desktop>("PATCH", apiPath("namespaces", namespace, "desktop"), patch, { keepalive: true }),
      onSaved: (saved, sent) => {
        stream.accept("desktop", "default", saved);
        desktop.receive(saved.spec ?? {}, sent);
      },
      onHeard: (spec) => desktop.receive(spec),
      // The banner tells of lost connections; the layout is kept here and tried again.
      onTrouble: (error) => console.warn("The desktop could not be saved yet.", error),
      setTimer: (run, ms) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    });
    saving.current = sync;
    const stop = useDesktop.subscribe((state, before) => {
      if (state.spec !== before.spec) sync.touch();
    });
    const leave = () => void sync.flush();
    window.addEventListener("pagehide", leave);
    return () => {
      stop();
      leave();
      sync.stop();
      saving.current = undefined;
      window.removeEventListener("pagehide", leave);
      desktop.reset();
    };
  }, [namespace, mayEdit]);

  useEffect(() => {
    // Before the snapshot there is nothing to build on; a namespace without a Desktop begins with an empty one.
    if (!ready) return;
    const spec = remote?.spec ?? {};
    if (saving.current) saving.current.hear(spec);
    else desktop.receive(spec);
  }, [ready, remote]);

  return known;
}

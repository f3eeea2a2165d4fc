"use client";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { useLocale } from "use-intl";
import { useTopic } from "@/components/data/use-topic";
import { useReason } from "@/components/i18n/reason";
import type { App, Installation } from "@/lib/model/resources";
import { type Entry, entriesOf } from "./entries";

interface Entries {
  list: readonly Entry[];
  byApp: ReadonlyMap<string, Entry>;
  installations: ReadonlyMap<string, Installation>;
  /** Both topics have said what there is. */
  ready: boolean;
}

const EntriesContext = createContext<Entries | undefined>(undefined);

/** Joins Apps and Installations once for the whole desktop. */
export function EntriesProvider({ children }: { children: ReactNode }) {
  const locale = useLocale();
  const words = useReason();
  const apps = useTopic<App>("apps");
  const installations = useTopic<Installation>("installations");
  const value = useMemo(() => {
    const list = entriesOf(apps.items.values(), installations.items, locale, words);
    return {
      list,
      byApp: new Map(list.map((entry) => [entry.app, entry])),
      installations: installations.items,
      ready: apps.ready && installations.ready,
    };
  }, [apps, installations, locale, words]);
  return <EntriesContext value={value}>{children}</EntriesContext>;
}

/** What has an icon on this desktop, besides the Hub. */
export function useEntries(): Entries {
  const entries = useContext(EntriesContext);
  if (!entries) throw new Error("useEntries is used outside of EntriesProvider");
  return entries;
}

"use client";
import { useMemo } from "react";
import { useTranslations } from "use-intl";
import { useTopic } from "@/components/data/use-topic";
import { EventList } from "@/components/ui/event-list";
import type { Installation } from "@/lib/model/resources";
import type { EventView } from "@/lib/model/stream";

/** What the cluster said about the installation and about what it is made of, newest first. */
export function EventsTab({ installation }: { installation: Installation }) {
  const t = useTranslations("installation");
  const events = useTopic<EventView>("events");
  const shown = useMemo(() => {
    const names = new Set([
      installation.metadata.name,
      ...(installation.status?.inventory ?? []).map((object) => object.name),
    ]);
    // Children are named after their parents: pods after their set, sets after their deployment.
    const concerns = (object: string) => {
      const name = object.slice(object.lastIndexOf("/") + 1);
      return names.has(name) || [...names].some((parent) => name.startsWith(`${parent}-`));
    };
    return [...events.items.values()].filter((event) => concerns(event.object));
  }, [events.items, installation]);
  return <EventList events={shown} ready={events.ready} empty={t("noEvents")} />;
}

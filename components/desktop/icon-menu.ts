"use client";
import { useTranslations } from "use-intl";
import type { MenuEntry } from "@/components/ui/menu";
import { appAddress } from "./address";
import { type Entry, HUB } from "./entries";
import { overlay } from "./overlay";
import { desktop, useDesktop } from "./store";
import type { Launch } from "./use-launch";
import { useRest } from "./use-rest";

/** What can be done with an app, from its icon or its place in the dock. */
export function useIconMenu(launch: Launch): (entry: Entry) => MenuEntry[] {
  const t = useTranslations("desktop.icon");
  const dock = useDesktop((state) => state.spec.dock);
  const rest = useRest();
  return (entry) => {
    const toggle = rest(entry);
    const pinned = dock?.includes(entry.app) ?? false;
    const external =
      entry.opens && entry.opens.type !== "app" ? appAddress(entry.opens.url, location.origin) : undefined;
    const { installation, newer } = entry;
    return [
      { label: t("open"), shortcut: "↵", onSelect: () => launch.open(entry.app) },
      ...(external
        ? [{ label: t("newTab"), onSelect: () => void window.open(external, "_blank", "noopener") }]
        : []),
      ...(installation && newer
        ? [{ label: t("upgrade", { tag: newer }), onSelect: () => launch.upgrade(installation, newer) }]
        : []),
      ...(installation ? [{ label: t("details"), onSelect: () => launch.details(installation) }] : []),
      ...(toggle ? [{ label: t(entry.suspended ? "start" : "stop"), onSelect: () => void toggle() }] : []),
      ...(entry.app === HUB
        ? []
        : [
            {
              label: pinned ? t("unpin") : t("pin"),
              onSelect: () => desktop.togglePinned(entry.app),
            },
          ]),
      ...(installation
        ? ([
            "separator",
            {
              label: t("uninstall"),
              danger: true,
              shortcut: "Del",
              disabled: entry.status === "Uninstalling",
              onSelect: () => overlay.uninstall(installation),
            },
          ] satisfies MenuEntry[])
        : []),
    ];
  };
}

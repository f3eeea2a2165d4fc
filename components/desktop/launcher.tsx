"use client";
import { Search } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { TextField } from "@/components/ui/text-field";
import { IconTile, useEntryText } from "./desktop-icon";
import { type Entry, HUB, TIMELINE } from "./entries";
import { overlay } from "./overlay";
import { OverlayPanel } from "./overlay-panel";
import { score } from "./palette-items";
import { useEntries } from "./use-entries";
import type { Launch } from "./use-launch";

/** Every app, those under "more" as well; not only what lies on the desktop. */
export default function Launcher({ launch }: { launch: Launch }) {
  const t = useTranslations("desktop");
  const [query, setQuery] = useState("");
  const { list } = useEntries();
  const texts = useEntryText();
  const all: Entry[] = [
    { app: HUB, title: t("hub"), displayType: "normal" },
    { app: TIMELINE, title: t("timeline"), displayType: "normal" },
    ...list.filter((entry) => entry.displayType !== "hidden"),
  ];
  const shown = all.filter((entry) => score({ title: entry.title, words: entry.app }, query) > 0);
  const open = (entry: Entry | undefined) => {
    if (!entry) return;
    overlay.hide();
    launch.open(entry.app);
  };
  return (
    <OverlayPanel
      title={t("dock.launcher")}
      className="inset-x-3 bottom-[84px] mx-auto max-h-[calc(100dvh-140px)] min-h-72 max-w-[760px] rounded-xl bg-surface p-5 shadow-window max-sm:inset-x-2 max-sm:p-3"
    >
      <TextField
        label={t("launcher.find")}
        hideLabel
        type="search"
        placeholder={t("launcher.find")}
        value={query}
        before={<Search size={16} aria-hidden />}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.nativeEvent.isComposing) open(shown[0]);
        }}
        className="mx-auto mb-5 w-full max-w-80"
      />
      <ul className="grid min-h-0 flex-1 auto-rows-min grid-cols-[repeat(auto-fill,minmax(96px,1fr))] gap-2 overflow-y-auto max-sm:grid-cols-4 max-sm:gap-1">
        {shown.map((entry) => (
          <li key={entry.app}>
            <button
              type="button"
              onClick={() => open(entry)}
              aria-label={[entry.title, texts(entry).state].filter(Boolean).join(", ")}
              className="flex w-full flex-col items-center gap-2 rounded-lg p-2 text-center transition-colors max-sm:px-0 -outline-offset-2 hover:bg-hover"
            >
              <IconTile entry={entry} />
              <span className="line-clamp-2 w-full text-sm leading-tight wrap-break-word max-sm:text-xs">
                {entry.title}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {shown.length === 0 ? <p className="pb-16 text-center text-muted">{t("palette.nothing")}</p> : null}
    </OverlayPanel>
  );
}

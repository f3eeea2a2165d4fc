"use client";
import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { type KeyboardEvent, useDeferredValue, useId, useMemo, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { api } from "@/components/data/api";
import { AppIcon } from "@/components/ui/app-icon";
import { cx } from "@/components/ui/cx";
import type { RepositoryPage } from "@/lib/model/repository-views";
import { BIN_PATH, DETAILS, HUB, TIMELINE, USAGE } from "./entries";
import { overlay } from "./overlay";
import { OverlayPanel } from "./overlay-panel";
import { filterItems, type PaletteItem } from "./palette-items";
import { ProductMark } from "./product-mark";
import { leaveConsole } from "./sign-out";
import { desktop, useDesktop, windowsOf } from "./store";
import { systemTile } from "./system-tile";
import { useEntries } from "./use-entries";
import type { Launch } from "./use-launch";
import { usePreferences } from "./use-preferences";
import { useWindowTitle } from "./use-window-title";

/** ⌘K: windows, apps, the Hub's images, and what the desktop can do. */
export default function CommandPalette({ launch }: { launch: Launch }) {
  const t = useTranslations("desktop.palette");
  const bar = useTranslations("desktop.bar");
  const menu = useTranslations("desktop.menu");
  const desk = useTranslations("desktop");
  const locale = useLocale();
  const id = useId();
  const [query, setQuery] = useState("");
  const [picked, setPicked] = useState(0);
  const { list, byApp } = useEntries();
  const windows = useDesktop(windowsOf);
  const titleOf = useWindowTitle();
  const { setTheme, setLocale } = usePreferences();
  const asked = useDeferredValue(query.trim());

  const hub = useQuery({
    queryKey: ["palette", asked],
    enabled: asked.length >= 2,
    queryFn: ({ signal }) =>
      api<RepositoryPage>(
        "GET",
        `/api/hub/repositories?${new URLSearchParams({ q: asked, limit: "5", sort: "relevance" })}`,
        undefined,
        { signal },
      ),
    placeholderData: (before) => before,
  });

  const items = useMemo(() => {
    const own: PaletteItem[] = [
      ...windows.map((window) => ({
        id: `window-${window.app}`,
        group: t("windows"),
        title: titleOf(window.app, window.path),
        icon: byApp.get(window.app)?.icon ?? "",
        run: () => desktop.focus(window.app),
      })),
      {
        id: "hub",
        group: t("apps"),
        title: desk("hub"),
        words: "hub store 商店",
        run: () => launch.open(HUB),
      },
      ...list.map((entry) => ({
        id: `app-${entry.app}`,
        group: t("apps"),
        title: entry.title,
        hint: entry.message ?? "",
        words: entry.app,
        icon: entry.icon ?? "",
        run: () => launch.open(entry.app),
      })),
      ...(
        [
          [bar("themes.light"), "theme light 主题", () => setTheme("light")],
          [bar("themes.dark"), "theme dark 主题", () => setTheme("dark")],
          [bar("themes.contrast"), "theme 主题", () => setTheme("contrast")],
          [bar("themes.system"), "theme 主题", () => setTheme("system")],
          ["English", "language 语言", () => setLocale("en")],
          ["中文", "language chinese 语言", () => setLocale("zh")],
          [bar("wallpaper"), "", () => overlay.show("wallpaper")],
          [menu("showDesktop"), "", desktop.showDesktop],
          [menu("arrange"), "", () => desktop.setIcons([])],
          [desk("timeline"), "history who 历史", () => launch.open(TIMELINE)],
          [bar("usage"), "cost money 费用", () => desktop.open(USAGE)],
          [desk("bin"), "uninstalled undo restore trash 卸载 恢复", () => desktop.open(DETAILS, BIN_PATH)],
          [bar("activity"), "", () => overlay.show("activity")],
          [bar("shortcuts"), "help 帮助", () => overlay.show("shortcuts")],
          [bar("signOut"), "logout 退出", () => void leaveConsole()],
        ] as [string, string, () => void][]
      ).map(([title, words, run], index) => ({
        id: `action-${index}`,
        group: t("actions"),
        title,
        words,
        run,
      })),
    ];
    const found: PaletteItem[] = (asked.length >= 2 ? (hub.data?.items ?? []) : []).map((card) => ({
      id: `hub-${card.org}/${card.repo}`,
      group: t("hub"),
      title: card.i18n?.[locale]?.title ?? card.title,
      hint: card.i18n?.[locale]?.description ?? card.description,
      icon: card.icon,
      run: () => desktop.open(HUB, `/hub/${card.org}/${card.repo}`),
    }));
    // The Hub has done its own matching; only what is ours is filtered here.
    return [...filterItems(own, query), ...found];
  }, [
    windows,
    list,
    byApp,
    titleOf,
    t,
    bar,
    menu,
    desk,
    launch,
    setTheme,
    setLocale,
    asked,
    hub.data,
    locale,
    query,
  ]);

  const current = Math.min(picked, Math.max(0, items.length - 1));
  const run = (item: PaletteItem | undefined) => {
    if (!item) return;
    overlay.hide();
    item.run();
  };
  const go = (index: number) => {
    const to = (index + items.length) % Math.max(1, items.length);
    setPicked(to);
    document.getElementById(`${id}-${to}`)?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const moves: Record<string, number> = { ArrowDown: current + 1, ArrowUp: current - 1 };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      go(to);
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(items[current]);
    }
  };

  return (
    <OverlayPanel
      title={t("title")}
      className="inset-x-3 top-[max(12px,12vh)] mx-auto max-h-[70dvh] max-w-[600px] overflow-hidden rounded-xl bg-raised shadow-window"
    >
      <div className="flex items-center gap-3 border-b border-line px-4">
        <Search size={18} aria-hidden className="shrink-0 text-muted" />
        <input
          role="combobox"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={items.length > 0 ? `${id}-${current}` : undefined}
          aria-label={t("title")}
          placeholder={t("placeholder")}
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setPicked(0);
          }}
          onKeyDown={onKeyDown}
          className="h-13 w-full bg-transparent text-lg outline-none placeholder:text-muted"
        />
      </div>
      <div id={`${id}-list`} role="listbox" aria-label={t("title")} className="min-h-0 overflow-y-auto p-2">
        {items.map((item, index) => (
          <div key={item.id}>
            {items[index - 1]?.group === item.group ? null : (
              <p aria-hidden className="px-2 pt-2 pb-1 text-xs text-muted">
                {item.group}
              </p>
            )}
            <button
              type="button"
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === current}
              onClick={() => run(item)}
              onPointerMove={() => setPicked(index)}
              className={cx(
                "flex min-h-10 w-full items-center gap-3 rounded-md px-2 py-1.5 text-left",
                index === current && "bg-accent-soft",
              )}
            >
              {item.id.startsWith("action-") ? null : item.id === "hub" || item.id === `window-${HUB}` ? (
                <ProductMark size={24} />
              ) : item.id.startsWith("window-system-") ? (
                systemTile(item.id.slice("window-".length), 24)
              ) : (
                <AppIcon {...(item.icon ? { src: item.icon } : {})} name={item.title} size={24} />
              )}
              <span className="min-w-0 flex-1">
                <span className="block truncate">{item.title}</span>
                {item.hint ? <span className="block truncate text-sm text-muted">{item.hint}</span> : null}
              </span>
            </button>
          </div>
        ))}
        {items.length === 0 ? (
          <p className="px-2 py-8 text-center text-muted">{hub.isFetching ? t("searching") : t("nothing")}</p>
        ) : null}
        {hub.error ? <p className="px-2 py-2 text-sm text-danger">{t("hubFailed")}</p> : null}
      </div>
    </OverlayPanel>
  );
}

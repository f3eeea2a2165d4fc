"use client";
import { Bell, ChevronDown, Contrast, Languages, Moon, Search, Sun, SunMoon } from "lucide-react";
import { useTranslations } from "use-intl";
import { useSession } from "@/components/data/session";
import type { Theme } from "@/components/i18n/theme";
import { Button, IconButton } from "@/components/ui/button";
import { Menu, type MenuEntry } from "@/components/ui/menu";
import { useToast } from "@/components/ui/toast";
import { ADMINISTRATION, USAGE } from "./entries";
import { commandKey } from "./keys";
import { TOP_BAR } from "./layout";
import { overlay } from "./overlay";
import { ProductMark } from "./product-mark";
import { leaveConsole } from "./sign-out";
import { desktop } from "./store";
import { useEntries } from "./use-entries";
import { usePreferences } from "./use-preferences";

const themeIcons = { system: SunMoon, light: Sun, dark: Moon, contrast: Contrast };

/** The quiet bar at the top. */
export function TopBar() {
  const t = useTranslations("desktop.bar");
  const session = useSession();
  const toast = useToast();
  const { theme, locale, setTheme, setLocale } = usePreferences();
  const ThemeIcon = themeIcons[theme];

  const workspaces: MenuEntry[] = [
    { heading: t("workspaces") },
    ...session.workspaces.map((workspace) => ({
      label: workspace.name,
      hint: `${workspace.namespace} · ${t(`roles.${workspace.role}`)}`,
      checked: workspace.namespace === session.namespace,
      onSelect: () => session.setNamespace(workspace.namespace),
    })),
  ];
  const themeItems: MenuEntry[] = (["system", "light", "dark", "contrast"] as Theme[]).map((each) => ({
    label: t(`themes.${each}`),
    checked: theme === each,
    onSelect: () => setTheme(each),
  }));
  const languageItems: MenuEntry[] = [
    { label: "English", checked: locale === "en", onSelect: () => setLocale("en") },
    { label: "中文", checked: locale === "zh", onSelect: () => setLocale("zh") },
  ];
  const signOut = async () => {
    try {
      await leaveConsole();
    } catch {
      toast({ tone: "danger", title: t("signOutFailed"), description: t("signOutFailedHint") });
    }
  };
  const userItems: MenuEntry[] = [
    { heading: session.user.email ? `${session.user.name} · ${session.user.email}` : session.user.name },
    { heading: t("theme") },
    ...themeItems,
    { heading: t("language") },
    ...languageItems,
    "separator",
    { label: t("usage"), onSelect: () => desktop.open(USAGE) },
    ...(session.user.administrator
      ? [{ label: t("administration"), onSelect: () => desktop.open(ADMINISTRATION) }]
      : []),
    { label: t("wallpaper"), onSelect: () => overlay.show("wallpaper") },
    { label: t("shortcuts"), shortcut: "?", onSelect: () => overlay.show("shortcuts") },
    "separator",
    { label: t("signOut"), onSelect: () => void signOut() },
  ];

  return (
    <header
      className="relative z-[600] flex shrink-0 items-center gap-1 border-b border-glass-line bg-glass px-2 backdrop-blur-xl"
      style={{ height: TOP_BAR }}
    >
      <Menu items={workspaces} align="start">
        <Button variant="quiet" size="sm" className="min-w-0 px-2!">
          <ProductMark size={20} />
          <span className="max-w-40 truncate max-sm:max-w-24">{session.workspace.name}</span>
          <ChevronDown size={14} aria-hidden className="text-muted" />
        </Button>
      </Menu>
      <div className="flex min-w-0 flex-1 justify-center max-sm:justify-end">
        <button
          type="button"
          onClick={() => overlay.show("palette")}
          aria-keyshortcuts="Control+K Meta+K"
          className="flex h-8 w-full max-w-80 items-center gap-2 rounded-md border border-line bg-surface px-3 text-sm text-muted transition-colors hover:border-line-strong max-sm:w-8 max-sm:justify-center max-sm:border-transparent max-sm:bg-transparent max-sm:px-0 max-sm:text-text"
        >
          <Search size={16} aria-hidden className="shrink-0" />
          <span className="truncate max-sm:sr-only">{t("search")}</span>
          <kbd className="ml-auto font-sans text-xs max-sm:hidden">{commandKey()}</kbd>
        </button>
      </div>
      <ActivityButton />
      <div className="flex items-center gap-1 max-sm:hidden">
        <Menu items={languageItems}>
          <IconButton label={t("language")} tooltip={false} title={t("language")}>
            <Languages size={18} aria-hidden />
          </IconButton>
        </Menu>
        <Menu items={themeItems}>
          <IconButton label={t("theme")} tooltip={false} title={t("theme")}>
            <ThemeIcon size={18} aria-hidden />
          </IconButton>
        </Menu>
      </div>
      <Menu items={userItems}>
        <button
          type="button"
          aria-label={t("account", { name: session.user.name })}
          className="flex size-8 shrink-0 items-center justify-center rounded-full bg-accent text-sm font-semibold text-on-accent uppercase"
        >
          {Array.from(session.user.name)[0]}
        </button>
      </Menu>
    </header>
  );
}

function ActivityButton() {
  const t = useTranslations("desktop.bar");
  const { list } = useEntries();
  const moving = list.filter((entry) =>
    ["Pending", "Installing", "Uninstalling"].includes(entry.status ?? ""),
  ).length;
  const failed = list.filter((entry) => entry.status === "Failed" || entry.status === "Degraded").length;
  return (
    <IconButton
      label={moving || failed ? t("activityCount", { moving, failed }) : t("activity")}
      onClick={() => overlay.toggle("activity")}
      className="relative"
    >
      <Bell size={18} aria-hidden />
      {moving + failed > 0 ? (
        <span
          aria-hidden
          className={`absolute top-0.5 right-0.5 flex h-4 min-w-4 items-center justify-center rounded-full px-1 text-[10px] leading-none font-semibold tabular-nums ${failed ? "bg-danger-fill text-on-danger" : "bg-accent text-on-accent"}`}
        >
          {moving + failed}
        </span>
      ) : null}
    </IconButton>
  );
}

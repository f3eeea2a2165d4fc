"use client";
import { useCallback, useEffect } from "react";
import { useLocale } from "use-intl";
import { rememberLocale, rememberTheme } from "@/components/i18n/preferences";
import { showTheme, type Theme } from "@/components/i18n/theme";
import type { Locale } from "@/lib/model/locale";
import { desktop, useDesktop } from "./store";

/** Theme and language: shown at once, kept in the Desktop resource, remembered for the server's next page. */
export function usePreferences() {
  const theme = useDesktop((state) => state.spec.theme) ?? "system";
  const locale = useLocale() as Locale;
  const setTheme = useCallback((next: Theme) => {
    desktop.set({ theme: next });
  }, []);
  const setLocale = useCallback((next: Locale) => {
    desktop.set({ locale: next });
  }, []);
  return { theme, locale, setTheme, setLocale };
}

/** Follows the Desktop resource, wherever it was changed. Once, on the desktop. */
export function useFollowPreferences(): void {
  const known = useDesktop((state) => state.base !== undefined);
  const theme = useDesktop((state) => state.spec.theme);
  const wanted = useDesktop((state) => state.spec.locale);
  const locale = useLocale();
  useEffect(() => {
    if (!known || theme === undefined) return;
    if ((document.documentElement.dataset.theme ?? "system") === theme) return;
    showTheme(theme);
    void rememberTheme(theme);
  }, [known, theme]);
  useEffect(() => {
    if (known && wanted !== undefined && wanted !== locale) void rememberLocale(wanted);
  }, [known, wanted, locale]);
}

import type { Desktop } from "@/lib/model/resources";

export type Theme = NonNullable<Desktop["spec"]["theme"]>;
export const themes: readonly Theme[] = ["system", "light", "dark", "contrast"];
/** The Desktop resource is the truth; the cookie lets the server draw the first page without a flash. */
export const THEME_COOKIE = "theme";

export function themeOf(cookie: string | undefined): Theme {
  return themes.find((theme) => theme === cookie) ?? "system";
}

/** Shows a theme at once. */
export function showTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

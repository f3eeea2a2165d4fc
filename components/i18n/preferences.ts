"use server";
import { cookies } from "next/headers";
import { LOCALE_COOKIE, type Locale, locales } from "@/lib/model/locale";
import { THEME_COOKIE, type Theme, themes } from "./theme";

const YEAR_SECONDS = 31_536_000;
const options = { path: "/", maxAge: YEAR_SECONDS, sameSite: "lax", httpOnly: true } as const;

/** Remembers the language for the server's pages; Next.js then draws the page at hand again, in it. */
export async function rememberLocale(locale: Locale): Promise<void> {
  if (locales.includes(locale)) (await cookies()).set(LOCALE_COOKIE, locale, options);
}

/** Remembers the theme, so that the next page comes in it without a flash. */
export async function rememberTheme(theme: Theme): Promise<void> {
  if (themes.includes(theme)) (await cookies()).set(THEME_COOKIE, theme, options);
}

import { chooseLocale, LOCALE_COOKIE, type Locale } from "../model/locale.ts";

const CHOSEN = new RegExp(`(?:^|;\\s*)${LOCALE_COOKIE}=(\\w+)`);

/** The reader's language: the cookie's if it is one of ours, else the best of `Accept-Language`, else English. */
export function localeOf(headers: Headers): Locale {
  return chooseLocale(CHOSEN.exec(headers.get("cookie") ?? "")?.[1], headers.get("accept-language"));
}

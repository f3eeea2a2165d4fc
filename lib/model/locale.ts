export const locales = ["en", "zh"] as const;
export type Locale = (typeof locales)[number];

/** The cookie in which a browser keeps what its reader chose. */
export const LOCALE_COOKIE = "locale";

/** The cookie's choice if it is one of ours, else the best of `Accept-Language`, else English. */
export function chooseLocale(cookie: string | undefined, acceptLanguage: string | null): Locale {
  const chosen = locales.find((locale) => locale === cookie);
  if (chosen) return chosen;
  const wanted = (acceptLanguage ?? "")
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().split(";");
      const quality = parameters.map((parameter) => /^\s*q=([0-9.]+)/.exec(parameter)?.[1]).find(Boolean);
      return { language: tag.split("-")[0]?.toLowerCase(), quality: quality ? Number(quality) : 1 };
    })
    .sort((left, right) => right.quality - left.quality);
  for (const { language, quality } of wanted) {
    const locale = locales.find((each) => each === language);
    if (locale && quality > 0) return locale;
  }
  return "en";
}

/** The languages that the command line speaks. */
export type Language = "en" | "zh";

/** A sentence in both; `{name}` are parameters. */
export type Text = readonly [en: string, zh: string];

export type Params = Record<string, string | number>;

/** The person's language, as POSIX says: `LC_ALL`, then `LC_MESSAGES`, then `LANG`. */
export function languageOf(env: NodeJS.ProcessEnv): Language {
  return /^zh/i.test(env.LC_ALL || env.LC_MESSAGES || env.LANG || "") ? "zh" : "en";
}

export function inLanguage(text: Text | string, language: Language, params: Params = {}): string {
  const chosen = typeof text === "string" ? text : text[language === "zh" ? 1 : 0];
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

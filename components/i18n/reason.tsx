"use client";
import { type ReactNode, Suspense, useEffect, useMemo, useState } from "react";
import { type AbstractIntlMessages, useLocale, useTranslations } from "use-intl";
import { formatBytes, formatCores } from "@/components/ui/units";
import { isReason, type ReasonCode, type ReasonParams, reasons } from "@/lib/model/reasons";
import { LazyMessages, MoreMessages, prefetchMessages } from "./messages";

/** What a server said: its sentence in English, and which one it is. */
export interface Said {
  message?: string | undefined;
  reason?: ReasonCode | undefined;
  /** Where there is no finer reason, the code may name the sentence itself. */
  code?: string | undefined;
  params?: ReasonParams | undefined;
}

/** Amounts in base units, read by the value `unit`. */
const AMOUNTS = new Set(["needs", "used", "hard", "left", "over"]);

/**
 * Words what a server said in the reader's language. A code that is not in the table, or one whose values are not all
 * there, leaves the server's own sentence.
 */
export function useReason(): (said: Said) => string {
  const t = useTranslations();
  const locale = useLocale();
  return useMemo(() => teller(t, locale), [t, locale]);
}

/** What `useReason` gives, of a translator. */
export function teller(t: ReturnType<typeof useTranslations>, locale: string): (said: Said) => string {
  function word(code: string, params: ReasonParams): string | undefined {
    const key = `reasons.sentences.${code}`;
    if (!isReason(code) || !t.has(key)) return undefined;
    const { because } = params;
    const inner = typeof because === "string" ? word(because, { ...params, because: "" }) : undefined;
    const values: ReasonParams = {};
    for (const name of reasons[code]) {
      const own = params[`${name}-${locale}`] ?? params[name];
      const value = name === "because" || (name === "reason" && inner) ? inner : own;
      if (value === undefined) return undefined;
      values[name] = readable(name, value, params);
    }
    return t(key, values);
  }

  function readable(name: string, value: string | number, params: ReasonParams): string | number {
    if (typeof value === "number" && AMOUNTS.has(name)) {
      if (params.unit === "bytes") return formatBytes(value, locale);
      return params.unit === "cores" ? formatCores(value, locale) : value;
    }
    if (name === "count") return value;
    if (name === "verbs") {
      const verbs = String(value).split(" ").map(wordOf);
      return new Intl.ListFormat(locale, { type: "conjunction" }).format(verbs);
    }
    if (name === "wanted" || name === "resource" || name === "resources") return wordOf(String(value));
    return String(value);
  }

  function wordOf(word: string): string {
    const key = `reasons.words.${word.replaceAll(".", "-")}`;
    return t.has(key) ? t(key) : word;
  }

  return ({ message = "", reason, code, params }) => {
    // Servers speak English; what they say may name more than the table knows, such as file and line.
    if (locale === "en" && message) return message;
    return word(reason ?? code ?? "", params ?? {}) ?? message;
  };
}

/** One such sentence. */
export function Reason({ of }: { of: Said }) {
  return useReason()(of);
}

/** For a page or dialog that words what servers said: suspends until it can. */
export function ReasonMessages({ children }: { children: ReactNode }) {
  return (
    <Suspense fallback={null}>
      <LazyMessages area="reasons">{children}</LazyMessages>
    </Suspense>
  );
}

/** For what must not wait: the server's sentence until the messages are here. */
export function ReasonsLater({ children }: { children: ReactNode }) {
  const locale = useLocale();
  const [loaded, setLoaded] = useState<{ locale: string; messages: AbstractIntlMessages }>();
  useEffect(() => {
    let gone = false;
    void prefetchMessages("reasons").then((messages) => {
      if (!gone) setLoaded({ locale, messages });
    });
    return () => {
      gone = true;
    };
  }, [locale]);
  return (
    <MoreMessages messages={loaded?.locale === locale ? loaded.messages : NONE}>{children}</MoreMessages>
  );
}

const NONE: AbstractIntlMessages = {};

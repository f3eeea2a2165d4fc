"use client";
import { type ReactNode, use, useMemo } from "react";
import { type AbstractIntlMessages, IntlProvider, useLocale, useMessages } from "use-intl";
import { chooseLocale, type Locale } from "@/lib/model/locale";
import type { Area } from "./area";
import { loadMessages } from "./load";

/** Adds messages to those that are already there. */
export function MoreMessages({
  messages,
  children,
}: {
  messages: AbstractIntlMessages;
  children: ReactNode;
}) {
  const locale = useLocale();
  const above = useMessages();
  const all = useMemo(() => ({ ...above, ...messages }), [above, messages]);
  return (
    <IntlProvider locale={locale} messages={all} timeZone={timeZone}>
      {children}
    </IntlProvider>
  );
}

const cache = new Map<string, Promise<AbstractIntlMessages>>();

function cached(locale: Locale, area: Area): Promise<AbstractIntlMessages> {
  const key = `${locale}/${area}`;
  const found = cache.get(key) ?? loadMessages(locale, [area]);
  cache.set(key, found);
  return found;
}

/**
 * In the browser: suspends until the area's messages in the current locale are here. Where the page brought them along
 * it does nothing.
 */
export function LazyMessages({ area, children }: { area: Area; children: ReactNode }) {
  return useMessages()[area] ? children : <LoadedMessages area={area}>{children}</LoadedMessages>;
}

function LoadedMessages({ area, children }: { area: Area; children: ReactNode }) {
  const locale = useLocale() as Locale;
  const messages = use(cached(locale, area));
  return <MoreMessages messages={messages}>{children}</MoreMessages>;
}

/** Fetches an area's messages in the page's language before they are needed. */
export function prefetchMessages(area: Area): Promise<AbstractIntlMessages> {
  return cached(chooseLocale(document.documentElement.lang, null), area);
}

/** Times are shown in the browser's zone; the server draws none. */
export const timeZone =
  typeof window === "undefined" ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone;

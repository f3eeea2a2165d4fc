"use client";
import { type ReactNode, Suspense, use } from "react";
import { type AbstractIntlMessages, useLocale } from "use-intl";
import { MoreMessages } from "@/components/i18n/messages";
import type { Locale } from "@/lib/model/locale";

/** Not among the areas of every page: only an image's page shows these words, and the first load is counted in bytes. */
const files = {
  en: () => import("@/components/messages/en/image.json"),
  zh: () => import("@/components/messages/zh/image.json"),
};
const loaded = new Map<Locale, Promise<AbstractIntlMessages>>();

function load(locale: Locale): Promise<AbstractIntlMessages> {
  const found = loaded.get(locale) ?? files[locale]().then((file) => ({ image: file.default }));
  loaded.set(locale, found);
  return found;
}

/** What stands beside an image's facts and comes when it can: nothing is drawn in its place meanwhile but `fallback`. */
export function ImageWords({ children, fallback }: { children: ReactNode; fallback?: ReactNode }) {
  return (
    <Suspense fallback={fallback}>
      <Words>{children}</Words>
    </Suspense>
  );
}

function Words({ children }: { children: ReactNode }) {
  return <MoreMessages messages={use(load(useLocale() as Locale))}>{children}</MoreMessages>;
}

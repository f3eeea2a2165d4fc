"use client";
import { useTranslations } from "use-intl";
import { DETAILS, type Entry, HUB } from "./entries";

/** The title of a window or dock button. */
export function useWindowTitle(): (app: string, entry: Entry | undefined) => string {
  const t = useTranslations("desktop");
  return (app, entry) => entry?.title ?? (app === HUB ? t("hub") : app === DETAILS ? t("details") : app);
}

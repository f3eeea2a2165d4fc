"use client";
import { useTranslations } from "use-intl";
import { segmentsOf } from "@/components/data/navigation";
import { DETAILS, HUB, TIMELINE } from "./entries";
import { useEntries } from "./use-entries";

/** The title of a window or dock button; `path` is where the window stands. */
export function useWindowTitle(): (app: string, path?: string) => string {
  const t = useTranslations("desktop");
  const { list, byApp } = useEntries();
  return (app, path) => {
    if (app === HUB) return t("hub");
    if (app === TIMELINE) return t("timeline");
    if (app !== DETAILS) return byApp.get(app)?.title ?? app;
    const name = segmentsOf(path ?? "")[1];
    const title = list.find((entry) => entry.installation === name)?.title ?? name;
    return title ? t("detailsOf", { title }) : t("details");
  };
}

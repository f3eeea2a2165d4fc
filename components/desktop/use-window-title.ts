"use client";
import { useTranslations } from "use-intl";
import { segmentsOf } from "@/components/data/navigation";
import { ADMINISTRATION, DETAILS, HUB, TIMELINE, USAGE } from "./entries";
import { useEntries } from "./use-entries";

/** The title of a window or dock button; `path` is where the window stands. */
export function useWindowTitle(): (app: string, path?: string) => string {
  const t = useTranslations("desktop");
  const { list, byApp } = useEntries();
  return (app, path) => {
    if (app === HUB) return t("hub");
    if (app === TIMELINE) return t("timeline");
    if (app === USAGE) return t("usage");
    if (app === ADMINISTRATION) return t("administration");
    if (app !== DETAILS) return byApp.get(app)?.title ?? app;
    const name = segmentsOf(path ?? "")[1];
    if (name === "-") return t("bin");
    const title = list.find((entry) => entry.installation === name)?.title ?? name;
    return title ? t("detailsOf", { title }) : t("details");
  };
}

import type { AbstractIntlMessages } from "use-intl";
import type { Locale } from "@/lib/model/locale";
import type { Area } from "./area";

type Loader = () => Promise<{ default: AbstractIntlMessages }>;

/** Spelt out, so that each file becomes a chunk of its own and only the one in use is fetched. */
const files: Record<Locale, Record<Area, Loader>> = {
  en: {
    administration: () => import("@/components/messages/en/administration.json"),
    cli: () => import("@/components/messages/en/cli.json"),
    common: () => import("@/components/messages/en/common.json"),
    desktop: () => import("@/components/messages/en/desktop.json"),
    hub: () => import("@/components/messages/en/hub.json"),
    installation: () => import("@/components/messages/en/installation.json"),
    provider: () => import("@/components/messages/en/provider.json"),
    publishing: () => import("@/components/messages/en/publishing.json"),
    reasons: () => import("@/components/messages/en/reasons.json"),
    timeline: () => import("@/components/messages/en/timeline.json"),
    usage: () => import("@/components/messages/en/usage.json"),
    signing: () => import("@/components/messages/en/signing.json"),
  },
  zh: {
    administration: () => import("@/components/messages/zh/administration.json"),
    cli: () => import("@/components/messages/zh/cli.json"),
    common: () => import("@/components/messages/zh/common.json"),
    desktop: () => import("@/components/messages/zh/desktop.json"),
    hub: () => import("@/components/messages/zh/hub.json"),
    installation: () => import("@/components/messages/zh/installation.json"),
    provider: () => import("@/components/messages/zh/provider.json"),
    publishing: () => import("@/components/messages/zh/publishing.json"),
    reasons: () => import("@/components/messages/zh/reasons.json"),
    timeline: () => import("@/components/messages/zh/timeline.json"),
    usage: () => import("@/components/messages/zh/usage.json"),
    signing: () => import("@/components/messages/zh/signing.json"),
  },
};

/** The messages of some areas, keyed by area, as `useTranslations(area)` reads them. */
export async function loadMessages(locale: Locale, areas: readonly Area[]): Promise<AbstractIntlMessages> {
  const loaded = await Promise.all(areas.map((area) => files[locale][area]()));
  return Object.fromEntries(areas.map((area, index) => [area, loaded[index]?.default ?? {}]));
}

"use client";
import { useLocale, useTranslations } from "use-intl";
import { CopyButton } from "@/components/ui/copy-button";
import type { RepositoryDetail } from "@/lib/model/repository-views";
import { badgeMarkdown, badgePath, installLink } from "./install-link";
import { localized } from "./types";

/** The link that opens the install dialog, and a badge for READMEs elsewhere that leads to it. */
export default function Share({ detail }: { detail: RepositoryDetail }) {
  const t = useTranslations("image.share");
  const locale = useLocale();
  const { card, visibility } = detail;
  const { origin } = window.location;
  const title = t("badgeAlt", { title: localized(card, locale).title });
  return (
    <section>
      <h2 className="mb-1.5 text-xs font-medium text-muted">{t("title")}</h2>
      {visibility === "public" ? (
        // biome-ignore lint/performance/noImgElement: a drawing from our own origin, in its own size
        <img src={badgePath(card, locale)} alt={title} height={20} className="mb-2 h-5 max-w-full" />
      ) : (
        <p className="mb-2 text-sm text-muted">{t("membersOnly")}</p>
      )}
      <div className="flex flex-wrap gap-2">
        <CopyButton text={installLink(origin, card)} label={t("link")} />
        {visibility === "public" ? (
          <CopyButton text={badgeMarkdown(origin, card, { locale, title })} label={t("badge")} />
        ) : null}
      </div>
    </section>
  );
}

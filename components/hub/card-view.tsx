"use client";
import { BookOpen, Download } from "lucide-react";
import { lazy, memo, Suspense } from "react";
import { useFormatter, useLocale, useTranslations } from "use-intl";
import { AppLink } from "@/components/data/navigation";
import { AppIcon } from "@/components/ui/app-icon";
import { Tooltip } from "@/components/ui/tooltip";
import type { CardMarks, RepositoryCard } from "@/lib/model/repository-views";
import type { Installation } from "@/lib/model/resources";
import { LaunchButton } from "./launch-button";
import { localized } from "./types";

const Marks = lazy(() => import("./marks"));
const Marked = lazy(async () => ({ default: (await import("./marked")).Marked }));

interface CardViewProps {
  card: RepositoryCard & { marks?: CardMarks };
  installations: { items: ReadonlyMap<string, Installation>; ready: boolean };
}

/** One image of the list. The whole card is the link; its button lies on top. */
export const CardView = memo(function CardView({ card, installations }: CardViewProps) {
  const t = useTranslations("hub");
  const format = useFormatter();
  const { title, description } = localized(card, useLocale());
  return (
    <li className="relative flex h-[166px] flex-col rounded-lg border border-line bg-surface p-4 transition-shadow [contain-intrinsic-size:auto_166px] [content-visibility:auto] focus-within:shadow-raised hover:shadow-raised">
      <div className="flex items-start gap-3">
        <AppIcon src={card.icon} name={title} size={44} />
        <div className="min-w-0 flex-1">
          <h3 className="truncate text-lg font-semibold">
            <AppLink
              to={`/hub/${card.org}/${card.repo}`}
              className="after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent-text"
            >
              <Words text={title} pieces={card.marks?.title} />
            </AppLink>
          </h3>
          <p className="flex items-center gap-1 text-sm text-muted">
            <span className="truncate">{card.orgTitle || card.org}</span>
            <PublisherMarks verified={card.verified} signedBy={card.signedBy} />
          </p>
        </div>
      </div>
      <p className="mt-2 line-clamp-2 text-sm text-muted wrap-break-word">
        {card.marks?.snippet ? (
          <>
            <span className="sr-only">{t("fromReadme")} </span>
            <BookOpen size={13} aria-hidden className="mr-1 inline-block align-[-2px]" />
            <Words text={card.marks.snippet.join("")} pieces={card.marks.snippet} />
          </>
        ) : (
          <Words text={description} pieces={card.marks?.description} />
        )}
      </p>
      <div className="mt-auto flex items-center gap-3 pt-2">
        <p className="flex min-w-0 flex-1 items-center gap-3 text-sm text-muted">
          <span className="truncate">{t(`modes.${card.mode}`)}</span>
          <Tooltip text={t("installs", { count: card.installs })}>
            <span className="flex shrink-0 items-center gap-1 tabular-nums">
              <Download size={13} aria-hidden />
              <span aria-hidden>{format.number(card.installs, { notation: "compact" })}</span>
              <span className="sr-only">{t("installs", { count: card.installs })}</span>
            </span>
          </Tooltip>
        </p>
        <LaunchButton card={card} installations={installations} />
      </div>
    </li>
  );
});

/** The text, with what was searched for marked in it. */
function Words({ text, pieces }: { text: string; pieces: string[] | undefined }) {
  // The marks are in the language of the answer; for a moment after a change of language that is the former one.
  if (pieces?.join("") !== text) return text;
  return (
    <Suspense fallback={text}>
      <Marked pieces={pieces} />
    </Suspense>
  );
}

export interface MarksProps {
  verified: boolean;
  signedBy: string | undefined;
}

/** What is known of who made the image. */
export function PublisherMarks(props: MarksProps) {
  if (!props.verified && !props.signedBy) return null;
  return (
    <Suspense>
      <Marks {...props} />
    </Suspense>
  );
}

"use client";
import { PackageSearch } from "lucide-react";
import { useTranslations } from "use-intl";
import { EmptyState } from "@/components/ui/empty-state";
import type { RepositoryCard } from "@/lib/model/repository-views";
import type { Installation } from "@/lib/model/resources";
import { CardView } from "./card-view";
import { CardGrid } from "./skeletons";

interface Installations {
  items: ReadonlyMap<string, Installation>;
  ready: boolean;
}

/** What to do when no image fits: the nearest ones, and how to publish one. */
export default function NothingFound({
  text,
  nearest,
  installations,
}: {
  /** What was searched for; empty when nothing was. */
  text: string;
  nearest: RepositoryCard[];
  installations: Installations;
}) {
  const t = useTranslations("hub");
  return (
    <>
      <EmptyState
        icon={<PackageSearch size={32} aria-hidden />}
        title={text ? t("nothingFor", { text }) : t("nothing")}
      >
        <p>{t("publish")}</p>
      </EmptyState>
      {nearest.length > 0 ? (
        <section>
          <h2 className="mb-3 font-semibold">{t("nearest")}</h2>
          <CardGrid>
            {nearest.map((card) => (
              <CardView key={`${card.org}/${card.repo}`} card={card} installations={installations} />
            ))}
          </CardGrid>
        </section>
      ) : null}
    </>
  );
}

"use client";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import type { RepositoryWords, WordsField } from "@/lib/model/words";
import { Difference, textOf } from "./difference";

interface ConflictsProps {
  fields: WordsField[];
  base: RepositoryWords;
  mine: RepositoryWords;
  theirs: RepositoryWords;
  onChoose: (field: WordsField, whose: "mine" | "theirs") => void;
}

/** Fields that somebody else has changed too: what they made of it beside what I made of it, for me to decide. */
export function Conflicts({ fields, base, mine, theirs, onChoose }: ConflictsProps) {
  const t = useTranslations("publishing.edit");
  return (
    <section
      role="alert"
      aria-label={t("conflicts")}
      className="rounded-lg border-2 border-warn bg-surface p-4"
    >
      <h2 className="text-lg font-semibold">{t("conflicts")}</h2>
      <p className="mt-1 text-muted">{t("conflictsHint")}</p>
      {fields.map((field) => (
        <div key={field} className="mt-4">
          <h3 className="font-medium">{t(`fields.${field}`)}</h3>
          <div className="mt-2 grid gap-3 @2xl:grid-cols-2">
            {(["theirs", "mine"] as const).map((whose) => (
              <div key={whose}>
                <p className="mb-1 text-sm text-muted">{t(whose)}</p>
                <Difference
                  before={textOf(field, base)}
                  after={textOf(field, whose === "mine" ? mine : theirs)}
                />
                <Button
                  size="sm"
                  className="mt-2"
                  aria-label={t(whose === "mine" ? "keepMineOf" : "takeTheirsOf", {
                    field: t(`fields.${field}`),
                  })}
                  onClick={() => onChoose(field, whose)}
                >
                  {t(whose === "mine" ? "keepMine" : "takeTheirs")}
                </Button>
              </div>
            ))}
          </div>
        </div>
      ))}
    </section>
  );
}

"use client";
import { TriangleAlert } from "lucide-react";
import { useTranslations } from "use-intl";
import { useTopic } from "@/components/data/use-topic";
import { Button } from "@/components/ui/button";
import type { Budget } from "@/lib/model/budget";
import { USAGE } from "./entries";
import { desktop } from "./store";

/** Says that the workspace's budget is nearly spent, or that its apps are stopped since it is. */
export default function BudgetNotice() {
  const t = useTranslations("desktop.budget");
  const { items } = useTopic<Budget>("budgets");
  const phases = [...items.values()].map(({ status }) => status?.phase);
  const phase = (["Stopped", "Spent", "Warning"] as const).find((each) => phases.includes(each));
  return (
    <section aria-label={t("title")} aria-live="polite" className="relative z-[600] shrink-0">
      {phase ? (
        <p
          className={`flex items-center gap-3 border-b border-line px-4 py-2 text-text ${phase === "Stopped" ? "bg-danger-soft" : "bg-warn-soft"}`}
        >
          <TriangleAlert
            size={16}
            aria-hidden
            className={phase === "Stopped" ? "text-danger" : "text-warn"}
          />
          <span className="min-w-0 flex-1">{t(phase)}</span>
          <Button size="sm" onClick={() => desktop.open(USAGE)}>
            {t("look")}
          </Button>
        </p>
      ) : null}
    </section>
  );
}

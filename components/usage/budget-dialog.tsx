"use client";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { ApiProblem } from "@/components/data/problem";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { ErrorState } from "@/components/ui/error-state";
import { TextField } from "@/components/ui/text-field";
import type { Budget } from "@/lib/model/budget";

interface BudgetDialogProps {
  /** What there is now. */
  budget: Pick<Budget, "spec"> | undefined;
  /** Where it is set. */
  path: string[];
  /** The area whose texts are at hand. */
  area: "usage.budget" | "administration.budgetDialog";
  title: string;
  /** Whether the stop can be lifted here: the administrators' page. */
  stopped?: boolean;
  onClose: (changed: boolean) => void;
}

/** Sets a budget, takes it away, or, for administrators, lifts its stop. */
export function BudgetDialog({ budget, path, area, title, stopped = false, onClose }: BudgetDialogProps) {
  const t = useTranslations(area);
  const form = useId();
  const [monthly, setMonthly] = useState(budget?.spec.monthly ?? "");
  const [warnAt, setWarnAt] = useState(String(budget?.spec.warnAt ?? 80));
  const [stop, setStop] = useState(budget?.spec.stop ?? true);
  const save = useMutation({
    mutationFn: (body: object) => api("PUT", apiPath(...path), body),
    onSuccess: () => onClose(true),
  });
  const problem = save.error instanceof ApiProblem ? save.error : undefined;
  const share = Number(warnAt);
  const fits = Number.isInteger(share) && share >= 1 && share <= 100;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fits && !save.isPending) save.mutate({ monthly: monthly.trim(), warnAt: share, stop });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose(false)}
      size="sm"
      title={title}
      description={t("hint")}
      footer={
        <>
          {stopped ? (
            <Button loading={save.isPending} onClick={() => save.mutate({ lifted: true })}>
              {t("lift")}
            </Button>
          ) : null}
          {budget ? (
            <Button loading={save.isPending} onClick={() => save.mutate({ monthly: null })}>
              {t("remove")}
            </Button>
          ) : null}
          <Button onClick={() => onClose(false)}>{t("cancel")}</Button>
          <Button type="submit" form={form} variant="primary" loading={save.isPending}>
            {t("save")}
          </Button>
        </>
      }
    >
      <form id={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label={t("monthly")}
          inputMode="decimal"
          value={monthly}
          error={problem?.field("monthly")}
          onChange={(event) => setMonthly(event.target.value)}
        />
        <TextField
          label={t("warnAt")}
          inputMode="numeric"
          value={warnAt}
          error={fits ? undefined : t("warnAtWrong")}
          onChange={(event) => setWarnAt(event.target.value)}
        />
        <Checkbox label={t("stop")} checked={stop} onCheckedChange={setStop} />
        {save.error && !problem?.problem.fields ? <ErrorState error={save.error} inline /> : null}
      </form>
    </Dialog>
  );
}

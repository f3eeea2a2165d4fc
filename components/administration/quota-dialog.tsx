"use client";
import { type FormEvent, useId, useState } from "react";
import { useTranslations } from "use-intl";
import { ApiProblem } from "@/components/data/problem";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorState } from "@/components/ui/error-state";
import { TextField } from "@/components/ui/text-field";
import type { WorkspaceRow } from "@/lib/model/administration-views";
import { useAdministrationChange } from "./use-administration";

/** Lets a workspace take more or less. */
export function QuotaDialog({ workspace, onClose }: { workspace: WorkspaceRow; onClose: () => void }) {
  const t = useTranslations("administration");
  const form = useId();
  const save = useAdministrationChange();
  const [begun] = useState(
    () =>
      new Map([...workspace.quota, ...workspace.counts].map(({ resource, written }) => [resource, written])),
  );
  const [amounts, setAmounts] = useState<ReadonlyMap<string, string>>(begun);
  const changed = [...amounts].filter(([resource, amount]) => begun.get(resource) !== amount.trim());
  const problem = save.error instanceof ApiProblem ? save.error : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed.length === 0 || save.isPending) return;
    save.mutate(
      {
        method: "PUT",
        path: ["administration", "workspaces", workspace.uid, "quota"],
        body: Object.fromEntries(changed),
      },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="sm"
      title={t("quotaTitle", { workspace: workspace.name })}
      description={t("quotaHint")}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button
            type="submit"
            form={form}
            variant="primary"
            loading={save.isPending}
            disabled={changed.length === 0}
          >
            {t("save")}
          </Button>
        </>
      }
    >
      <form id={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
        {workspace.quota.map(({ resource }) => (
          <TextField
            key={resource}
            mono
            label={t(`resources.${resource.replace(".", "-")}`)}
            value={amounts.get(resource) ?? ""}
            error={problem?.field(resource)}
            onChange={(event) => setAmounts(new Map(amounts).set(resource, event.target.value))}
          />
        ))}
        {workspace.counts.length > 0 ? (
          <fieldset className="flex flex-col gap-4 border-t border-line pt-4">
            <legend className="sr-only">{t("counts")}</legend>
            <p className="text-sm text-muted">{t("countsHint")}</p>
            {workspace.counts.map(({ resource, used }) => (
              <TextField
                key={resource}
                mono
                inputMode="numeric"
                label={t("countOf", { kind: resource.slice("count/".length) })}
                {...(used === undefined ? {} : { help: t("countUsed", { used }) })}
                value={amounts.get(resource) ?? ""}
                error={problem?.field(resource)}
                onChange={(event) => setAmounts(new Map(amounts).set(resource, event.target.value))}
              />
            ))}
          </fieldset>
        ) : null}
        {save.error && !problem?.problem.fields ? <ErrorState error={save.error} inline /> : null}
      </form>
    </Dialog>
  );
}

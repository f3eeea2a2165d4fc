"use client";
import { useId, useState } from "react";
import { useTranslations } from "use-intl";
import { useReason } from "@/components/i18n/reason";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorState } from "@/components/ui/error-state";
import { Select } from "@/components/ui/select";
import { TextField } from "@/components/ui/text-field";
import type { Installation } from "@/lib/model/resources";
import { scheduleFault } from "@/lib/model/schedule";
import { NextChanges } from "./next-changes";
import { formOf, type Pattern, scheduleOf } from "./schedule-form";
import { useChange } from "./use-change";

interface ScheduleDialogProps {
  installation: Installation;
  onClose: () => void;
}

/** When an installation stops and starts by itself, with the next times in words before anything is saved. */
export default function ScheduleDialog({ installation, onClose }: ScheduleDialogProps) {
  const t = useTranslations("installation.schedule");
  const words = useReason();
  const zones = useId();
  const { metadata, spec, status } = installation;
  const change = useChange(metadata.name);
  const [form, setForm] = useState(() =>
    formOf(spec.schedule, Intl.DateTimeFormat().resolvedOptions().timeZone),
  );
  const schedule = scheduleOf(form);
  const fault = scheduleFault(schedule);
  const own = form.pattern === "own";
  const set = (changes: Partial<typeof form>) => setForm({ ...form, ...changes });
  const choose = (pattern: Pattern) => {
    const times = own ? { stop: "20:00", start: "08:00" } : {};
    set(
      pattern === "own"
        ? { pattern, stop: schedule.stop ?? "", start: schedule.start ?? "" }
        : { pattern, ...times },
    );
  };
  const save = (wanted: typeof schedule | null) =>
    change.mutate({ schedule: wanted }, { onSuccess: onClose });
  const time = (field: "stop" | "start") => (
    <TextField
      label={t(field)}
      type={own ? "text" : "time"}
      mono={own}
      value={form[field]}
      onChange={(event) => set({ [field]: event.target.value })}
      {...(own ? { help: t("cronHelp") } : {})}
      {...(fault?.field === field ? { error: words(fault) } : {})}
    />
  );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("title", { title: status?.title ?? metadata.name })}
      description={t("hint")}
      footer={
        <>
          {spec.schedule ? (
            <Button disabled={change.isPending} onClick={() => save(null)}>
              {t("off")}
            </Button>
          ) : null}
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button
            variant="primary"
            disabled={fault !== undefined}
            loading={change.isPending}
            onClick={() => save(schedule)}
          >
            {t("save")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Select
          label={t("pattern")}
          value={form.pattern}
          onValueChange={(value) => choose(value as Pattern)}
          options={(["weekdays", "nights", "own"] as const).map((value) => ({
            value,
            label: t(`patterns.${value}`),
          }))}
        />
        <div className="grid gap-4 @md:grid-cols-2 sm:grid-cols-2">
          {time("stop")}
          {time("start")}
        </div>
        <TextField
          label={t("timeZone")}
          list={zones}
          value={form.timeZone}
          onChange={(event) => set({ timeZone: event.target.value })}
          {...(fault?.field === "timeZone" ? { error: words(fault) } : {})}
        />
        <datalist id={zones}>
          {Intl.supportedValuesOf("timeZone").map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        {fault ? null : <NextChanges schedule={schedule} />}
        {change.error ? <ErrorState error={change.error} inline /> : null}
      </div>
    </Dialog>
  );
}

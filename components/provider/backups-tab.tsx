"use client";
import { CalendarClock, DatabaseBackup } from "lucide-react";
import { useLocale, useTranslations } from "use-intl";
import { clock } from "@/components/actions/clock";
import { Button } from "@/components/ui/button";
import { MiddleTruncate } from "@/components/ui/middle-truncate";
import { RelativeTime } from "@/components/ui/relative-time";
import type { Status } from "@/components/ui/status";
import { StatusMark } from "@/components/ui/status-badge";
import { useNow } from "@/components/ui/use-now";
import type { BackupsDeclaration } from "@/lib/model/image";
import type { BackupsView, BackupView } from "@/lib/model/stream";

interface BackupsTabProps {
  declared: BackupsDeclaration;
  backups: BackupsView;
  /** Opens the form of an action; absent where this person may not act. */
  onAct: ((action: string) => void) | undefined;
}

/** When an instance is backed up, and how the backups went that the cluster still knows of. */
export default function BackupsTab({ declared, backups, onAct }: BackupsTabProps) {
  const t = useTranslations("provider.backups");
  const locale = useLocale();
  const { schedule, runs } = backups;
  const { now, schedule: plan } = declared.actions ?? {};
  const description = declared.i18n?.[locale]?.description ?? declared.description;
  return (
    <section className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="flex min-w-0 flex-1 basis-64 flex-wrap items-center gap-x-2">
          {schedule ? <Schedule schedule={schedule} /> : t("noSchedule")}
        </p>
        {onAct && plan ? (
          <Button size="sm" icon={<CalendarClock size={14} aria-hidden />} onClick={() => onAct(plan)}>
            {t(schedule ? "changeSchedule" : "setSchedule")}
          </Button>
        ) : null}
        {onAct && now && schedule ? (
          <Button
            size="sm"
            variant="primary"
            icon={<DatabaseBackup size={14} aria-hidden />}
            onClick={() => onAct(now)}
          >
            {t("now")}
          </Button>
        ) : null}
      </div>
      {runs.length === 0 ? (
        <p className="text-muted">{t(schedule ? "none" : "noneYet")}</p>
      ) : (
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {runs.map((run) => (
            <Run key={run.name} run={run} />
          ))}
        </ul>
      )}
      <p className="text-sm text-muted">
        {description} {t("kept")}
      </p>
    </section>
  );
}

function Schedule({ schedule }: { schedule: NonNullable<BackupsView["schedule"]> }) {
  const t = useTranslations("provider.backups");
  const { expression, timeZone, suspended, nextAt } = schedule;
  return (
    <>
      <span>{t("schedule")}</span>
      <code className="font-mono">{expression}</code>
      {timeZone ? <span>{timeZone}</span> : null}
      {suspended ? <span className="text-warn">{t("suspended")}</span> : null}
      {nextAt ? (
        <span className="text-muted">
          {t("next")} <RelativeTime value={nextAt} />
        </span>
      ) : null}
    </>
  );
}

/** How they look, in the marks that all states share. */
const MARKS: Record<BackupView["phase"], Status> = {
  Pending: "Pending",
  Running: "Updating",
  Succeeded: "Succeeded",
  Failed: "Failed",
};

function Run({ run }: { run: BackupView }) {
  const t = useTranslations("provider.backups");
  const now = useNow();
  const { name, phase, startedAt, finishedAt, manual, message } = run;
  const took = startedAt && clock((finishedAt ? Date.parse(finishedAt) : now) - Date.parse(startedAt));
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3">
      <span className="inline-flex w-24 shrink-0 items-center gap-1.5">
        <StatusMark status={MARKS[phase]} />
        {t(`phases.${phase}`)}
      </span>
      <MiddleTruncate text={name} mono className="min-w-0 font-medium" />
      <span className="ml-auto text-sm text-muted">
        <RelativeTime value={startedAt} />
      </span>
      <p className="flex basis-full flex-wrap gap-x-4 text-sm text-muted @md:pl-28">
        <span>{t(manual ? "byHand" : "bySchedule")}</span>
        {took ? <span className="tabular-nums">{t("took", { took })}</span> : null}
        {phase === "Succeeded" ? <span>{t("size")}</span> : null}
      </p>
      {message ? <p className="basis-full text-sm text-danger @md:pl-28">{message}</p> : null}
    </li>
  );
}

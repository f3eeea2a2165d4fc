"use client";
import { Megaphone, Plus } from "lucide-react";
import { useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { ServerHtml } from "@/components/ui/server-html";
import { Skeleton, SkeletonGroup } from "@/components/ui/skeleton";
import { formatExact } from "@/components/ui/time";
import type { AnnouncementRow } from "@/lib/model/administration-views";
import { AnnouncementDialog } from "./announcement-dialog";
import { useAdministrationChange, useAnnouncements } from "./use-administration";

const tones: Record<AnnouncementRow["severity"], Tone> = {
  info: "accent",
  warning: "warn",
  critical: "danger",
};

/** What is told to everybody: written, changed, ended and deleted here. */
export function AnnouncementsTab() {
  const t = useTranslations("administration.announcements");
  const { data, error, refetch } = useAnnouncements();
  const [edited, setEdited] = useState<AnnouncementRow | "new">();
  const write = (
    <Button variant="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setEdited("new")}>
      {t("write")}
    </Button>
  );
  return (
    <>
      {error && !data ? (
        <ErrorState error={error} title={t("failed")} onRetry={() => void refetch()} />
      ) : !data ? (
        <SkeletonGroup label={t("loading")} className="flex flex-col gap-3">
          <Skeleton className="h-20 w-full" />
          <Skeleton className="h-20 w-full" />
        </SkeletonGroup>
      ) : data.length === 0 ? (
        <EmptyState icon={<Megaphone size={28} aria-hidden />} title={t("none")} action={write}>
          {t("noneHint")}
        </EmptyState>
      ) : (
        <>
          <div className="mb-3 flex justify-end">{write}</div>
          <ul className="flex flex-col gap-3">
            {data.map((row) => (
              <Row key={row.name} row={row} onEdit={() => setEdited(row)} />
            ))}
          </ul>
        </>
      )}
      {edited ? (
        <AnnouncementDialog
          announcement={edited === "new" ? undefined : edited}
          onClose={() => setEdited(undefined)}
        />
      ) : null}
    </>
  );
}

function Row({ row, onEdit }: { row: AnnouncementRow; onEdit: () => void }) {
  const t = useTranslations("administration.announcements");
  const locale = useLocale();
  const change = useAdministrationChange();
  const { name, title, zh, html, zhHtml, severity, state, from, until } = row;
  const path = ["administration", "announcements", name];
  const time = (value: string) => formatExact(Date.parse(value), locale);
  const shownTitle = (locale === "zh" && zh.title) || title;
  const shown = (locale === "zh" && zhHtml) || html;
  return (
    <li className="rounded-lg border border-line bg-surface px-4 py-3">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <strong className="min-w-0 font-semibold wrap-break-word">{shownTitle}</strong>
        <Badge tone={tones[severity]}>{t(`severities.${severity}`)}</Badge>
        <span className="text-sm text-muted">{t(`states.${state}`)}</span>
      </p>
      <p className="mt-1 text-sm text-muted">
        {from ? t("since", { time: time(from) }) : t("sinceMade", { time: time(row.createdAt) })}
        {until ? ` ${t("until", { time: time(until) })}` : ""}
      </p>
      {shown ? (
        <ServerHtml html={shown} className="mt-1 max-h-40 max-w-prose overflow-y-auto text-sm" />
      ) : null}
      <div className="mt-2 flex flex-wrap gap-2">
        <Button size="sm" aria-label={t("editNamed", { title: shownTitle })} onClick={onEdit}>
          {t("edit")}
        </Button>
        {state === "ended" ? null : (
          <Button
            size="sm"
            aria-label={t("endNamed", { title: shownTitle })}
            loading={change.isPending}
            onClick={() => change.mutate({ method: "PATCH", path, body: { end: true } })}
          >
            {t("end")}
          </Button>
        )}
        <Button
          size="sm"
          variant="quiet"
          aria-label={t("deleteNamed", { title: shownTitle })}
          loading={change.isPending}
          onClick={() => change.mutate({ method: "DELETE", path })}
        >
          {t("delete")}
        </Button>
      </div>
      {change.error ? <ErrorState error={change.error} inline /> : null}
    </li>
  );
}

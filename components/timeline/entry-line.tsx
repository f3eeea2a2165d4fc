"use client";
import { useLocale, useTranslations } from "use-intl";
import { AppLink } from "@/components/data/navigation";
import { useReason } from "@/components/i18n/reason";
import type { Status } from "@/components/ui/status";
import { StatusMark } from "@/components/ui/status-badge";
import { formatExact } from "@/components/ui/time";
import { Tooltip } from "@/components/ui/tooltip";
import type { TimelineEntry } from "@/lib/model/timeline";

interface EntryLineProps {
  entry: TimelineEntry;
  /** Among lines of several installations: says to which it belongs. */
  wide: boolean;
}

/** One line: what happened to what; who, through which door, and the rest below. */
export function EntryLine({ entry, wide }: EntryLineProps) {
  const t = useTranslations("timeline");
  const locale = useLocale();
  const words = useReason();
  const { at, event, object, action, reported, message, door } = entry;
  const then = Date.parse(at);
  const phrase = reported?.reason ?? (action ? t("ran", { action: action.name }) : t(`events.${event}`));
  const text = message ? words({ message, reason: entry.reason, params: entry.params }) : "";
  return (
    <li className="flex gap-3 px-4 py-2.5">
      <span className="mt-1.5">
        <StatusMark status={markOf(entry)} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-medium wrap-anywhere">{phrase}</span>
          <ObjectName object={object} />
          {wide && entry.installation && object.kind !== "Installation" ? (
            <InstallationName name={entry.installation} />
          ) : null}
          {reported && reported.count > 1 ? (
            <span className="text-sm text-muted tabular-nums">×{reported.count}</span>
          ) : null}
          {action ? <span className="text-sm">{t(`phases.${action.phase}`)}</span> : null}
        </p>
        {text ? (
          <p title={text} className="line-clamp-3 wrap-anywhere">
            {text}
          </p>
        ) : null}
        <p className="flex flex-wrap gap-x-2 text-sm text-muted">
          <span>
            {whoOf(entry, t)}
            {entry.program && (door === "kubectl" || door === "other" || door === "cluster")
              ? ` (${entry.program})`
              : ""}
          </span>
          {detailsOf(entry, t).map((detail) => (
            <span key={detail} className="min-w-0 wrap-anywhere">
              · {detail}
            </span>
          ))}
        </p>
      </div>
      <Tooltip text={formatExact(then, locale)}>
        <time dateTime={at} className="shrink-0 text-sm text-muted tabular-nums">
          {new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(then)}
        </time>
      </Tooltip>
    </li>
  );
}

function whoOf(
  { person, door, program }: TimelineEntry,
  t: ReturnType<typeof useTranslations<"timeline">>,
): string {
  if (person) return t("by", { name: person.name, door: t(`via.${door}`) });
  return door === "other" && !program ? t("notRecorded") : t(`doors.${door}`);
}

function ObjectName({ object: { kind, name } }: { object: TimelineEntry["object"] }) {
  if (kind === "Installation") return <InstallationName name={name} />;
  return (
    <span className="min-w-0 font-mono text-sm text-muted wrap-anywhere">
      {kind}/{name}
    </span>
  );
}

function InstallationName({ name }: { name: string }) {
  return (
    <AppLink
      to={`/installations/${encodeURIComponent(name)}`}
      className="min-w-0 font-mono text-sm text-accent-text wrap-anywhere hover:underline"
    >
      {name}
    </AppLink>
  );
}

function detailsOf(
  { image, revision, action, fields = [] }: TimelineEntry,
  t: ReturnType<typeof useTranslations<"timeline">>,
): string[] {
  return [
    ...(image ? [image.replace(/@sha256:.*/, "")] : []),
    ...(revision === undefined ? [] : [t("revision", { revision })]),
    ...(action?.seconds === undefined ? [] : [t("took", { seconds: action.seconds })]),
    ...(fields.length > 0 ? [fields.join(", ")] : []),
  ];
}

function markOf({ kind, event, action }: TimelineEntry): Status {
  if (kind === "warning") return "Warning";
  if (kind === "event") return "NotInstalled";
  if (action?.phase === "Cancelled") return "Stopped";
  if (action) return action.phase === "Running" ? "Updating" : action.phase;
  if (event === "failed") return "Failed";
  if (event === "stopped" || event === "uninstalled" || event === "deleted") return "Stopped";
  if (event === "ready") return "Running";
  return "NotInstalled";
}

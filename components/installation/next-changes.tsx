"use client";
import { Clock } from "lucide-react";
import { useLocale, useTranslations } from "use-intl";
import { useNow } from "@/components/ui/use-now";
import { nextChanges, type Schedule } from "@/lib/model/schedule";

/** When a faultless schedule stops and starts next, in words, in the time of its zone. */
export function NextChanges({ schedule }: { schedule: Schedule }) {
  const t = useTranslations("installation.schedule");
  const locale = useLocale();
  const now = useNow();
  const { timeZone = "UTC" } = schedule;
  const format = new Intl.DateTimeFormat(locale, {
    weekday: "long",
    month: "long",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZone,
  });
  return (
    <ul className="text-sm text-muted">
      {nextChanges(schedule, new Date(now)).map(({ does, at }) => (
        <li key={does} className="flex items-center gap-2">
          <Clock size={14} aria-hidden />
          <time dateTime={at.toISOString()}>{t(`next.${does}`, { at: format.format(at), timeZone })}</time>
        </li>
      ))}
    </ul>
  );
}

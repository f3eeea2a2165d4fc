"use client";
import { useLocale, useTranslations } from "use-intl";
import type { UsageDay } from "@/lib/model/statement";

/** Times in which not everything was counted, and why. */
export function UsageGaps({ gaps }: { gaps: UsageDay["gaps"] }) {
  const t = useTranslations("usage");
  const locale = useLocale();
  const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  return gaps.map(({ from, to, reason, app = "", meter = "", message = "" }) => (
    <p key={`${from} ${app} ${meter} ${reason} ${message}`} className="mt-2 text-sm text-muted">
      {t(`gap.${reason}`, {
        from: time.format(new Date(from)),
        to: time.format(new Date(to)),
        app,
        meter,
        message,
      })}
    </p>
  ));
}

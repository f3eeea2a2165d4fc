"use client";
import { useLocale } from "use-intl";
import { formatExact, formatRelative } from "./time";
import { Tooltip } from "./tooltip";
import { useNow } from "./use-now";

/** "3 minutes ago", kept current; the exact time on hover. `value` is RFC 3339. */
export function RelativeTime({ value, className }: { value: string | undefined; className?: string }) {
  const locale = useLocale();
  const now = useNow();
  const then = value ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(then)) return <span className={className}>–</span>;
  return (
    <Tooltip text={formatExact(then, locale)}>
      <time dateTime={value} className={`tabular-nums ${className ?? ""}`}>
        {formatRelative(then, now, locale)}
      </time>
    </Tooltip>
  );
}

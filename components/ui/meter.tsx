import type { ReactNode } from "react";
import { cx } from "./cx";

interface MeterProps {
  label: string;
  /** All three in the same unit. */
  used: number;
  /** What a plan would add. */
  added?: number;
  limit: number;
  /** Words such as "1.5 of 4 cores". */
  text: string;
  hint?: ReactNode;
}

/** A bar for quota: what is used, what would be added, and how much there is. */
export function Meter({ label, used, added = 0, limit, text, hint }: MeterProps) {
  const share = (value: number) =>
    limit > 0 ? Math.min(100, Math.max(0, (value / limit) * 100)) : value > 0 ? 100 : 0;
  const over = used + added > limit;
  return (
    <div>
      <div className="flex items-baseline justify-between gap-4 text-sm">
        <span className="min-w-0 truncate">{label}</span>
        <span className={cx("tabular-nums", over ? "font-medium text-danger" : "text-muted")}>{text}</span>
      </div>
      <meter className="sr-only" min={0} max={limit} value={Math.min(limit, used + added)} aria-label={label}>
        {text}
      </meter>
      <div aria-hidden className="mt-1 flex h-2 overflow-hidden rounded-full bg-sunken">
        <span className="h-full bg-line-strong" style={{ width: `${share(used)}%` }} />
        <span
          className={cx("h-full", over ? "bg-danger" : "bg-accent-text")}
          style={{ width: `${Math.min(100 - share(used), share(added))}%` }}
        />
      </div>
      {hint ? <p className="mt-1 text-sm text-danger">{hint}</p> : null}
    </div>
  );
}

"use client";
import { useTranslations } from "use-intl";
import { Badge, type Tone } from "./badge";
import { cx } from "./cx";
import { type Status, type StatusShape, statusLooks } from "./status";

const inks: Record<Tone, string> = {
  neutral: "text-muted",
  accent: "text-accent-text",
  ok: "text-ok",
  warn: "text-warn",
  danger: "text-danger",
};

function Shape({ shape }: { shape: StatusShape }) {
  switch (shape) {
    case "disc":
      return <circle cx="6" cy="6" r="4" fill="currentColor" />;
    case "half":
      return (
        <>
          <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <path d="M6 2a4 4 0 0 1 0 8z" fill="currentColor" />
        </>
      );
    case "triangle":
      return <path d="M6 1.2 11.2 10.4H.8z" fill="currentColor" />;
    case "square":
      return <rect x="2.2" y="2.2" width="7.6" height="7.6" rx="1" fill="currentColor" />;
    case "cross":
      return <path d="m2.5 2.5 7 7m0-7-7 7" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />;
    case "ring":
      return <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.5" />;
  }
}

/** The shape of a state alone; say the word beside it. */
export function StatusMark({ status, size = 12 }: { status: Status; size?: number }) {
  const look = statusLooks[status] ?? statusLooks.Unknown;
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 12 12"
      className={cx("shrink-0", inks[look.tone])}
    >
      <Shape shape={look.shape} />
    </svg>
  );
}

interface StatusProps {
  status: Status;
  /** 0…100, said after the word while it is on its way. */
  percent?: number;
  /** Without ground, for dense tables. */
  plain?: boolean;
}

/** Shape, word and colour of a state. */
export function StatusBadge({ status, percent, plain }: StatusProps) {
  const t = useTranslations("common");
  const look = statusLooks[status] ?? statusLooks.Unknown;
  const word = `${t(`status.${status in statusLooks ? status : "Unknown"}`)}${percent === undefined ? "" : ` ${Math.round(percent)}%`}`;
  if (plain) {
    return (
      <span
        className={cx("inline-flex items-center gap-1.5 whitespace-nowrap tabular-nums", inks[look.tone])}
      >
        <StatusMark status={status} />
        {word}
      </span>
    );
  }
  return (
    <Badge tone={look.tone} icon={<StatusMark status={status} />} className="tabular-nums">
      {word}
    </Badge>
  );
}

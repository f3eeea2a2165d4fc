"use client";
import { cx } from "./cx";
import { Tooltip } from "./tooltip";

/**
 * A long name cut in the middle by CSS alone: the head shrinks with an ellipsis, the tail of `tail` characters stays.
 * The whole is in the tooltip and what assistive technology reads.
 */
export function MiddleTruncate({
  text,
  tail = 8,
  className,
  mono,
}: {
  text: string;
  tail?: number;
  className?: string;
  mono?: boolean;
}) {
  const characters = Array.from(text);
  if (characters.length <= tail * 2)
    // It would be broken at a hyphen, too.
    return (
      <span className={cx("inline-block max-w-full truncate align-bottom", mono && "font-mono", className)}>
        {text}
      </span>
    );
  const head = characters.slice(0, -tail).join("");
  return (
    <Tooltip text={<span className={cx("break-all", mono && "font-mono")}>{text}</span>}>
      <span className={cx("inline-flex min-w-0 max-w-full align-bottom", mono && "font-mono", className)}>
        <span className="sr-only">{text}</span>
        <span aria-hidden className="truncate whitespace-pre">
          {head}
        </span>
        <span aria-hidden className="shrink-0 whitespace-pre">
          {characters.slice(-tail).join("")}
        </span>
      </span>
    </Tooltip>
  );
}

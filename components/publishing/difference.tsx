"use client";
import { diffComm } from "node-diff3";
import { useTranslations } from "use-intl";
import { cx } from "@/components/ui/cx";
import type { RepositoryWords, WordsField } from "@/lib/model/words";

/** A field's value as lines of text, which is what differences are shown of. */
export function textOf(field: WordsField, words: RepositoryWords): string {
  if (field === "icon") return words.icon ? `${words.icon.slice(0, 40)}… (${words.icon.length})` : "";
  const value = words[field];
  if (value === undefined || typeof value === "string") return value ?? "";
  return value
    .map((item) =>
      typeof item === "string"
        ? item
        : Object.values(item)
            .map((part) => (part === true ? "✕" : String(part)))
            .join(" · "),
    )
    .join("\n");
}

interface Line {
  kind: "same" | "gone" | "new";
  text: string;
}

/** What went and what came, line by line, with two lines around each change. */
export function Difference({ before, after }: { before: string; after: string }) {
  const t = useTranslations("publishing.history");
  const lines = diffComm(
    before === "" ? [] : before.split("\n"),
    after === "" ? [] : after.split("\n"),
  ).flatMap<Line>((part) =>
    part.common
      ? around(part.common).map((text) => ({ kind: "same" as const, text }))
      : [
          ...(part.buffer1 ?? []).map((text) => ({ kind: "gone" as const, text })),
          ...(part.buffer2 ?? []).map((text) => ({ kind: "new" as const, text })),
        ],
  );
  return (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached with the keyboard
      tabIndex={0}
      className="max-h-72 overflow-auto rounded-md border border-line bg-sunken py-1 font-mono text-sm"
    >
      {lines.map(({ kind, text }, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity, and never move
          key={index}
          className={cx(
            "block px-3 whitespace-pre-wrap wrap-anywhere",
            kind === "gone" && "bg-danger-soft text-danger",
            kind === "new" && "bg-ok-soft text-ok",
          )}
        >
          <span className="select-none" aria-hidden>
            {kind === "gone" ? "− " : kind === "new" ? "+ " : "  "}
          </span>
          {kind === "same" ? null : <span className="sr-only">{t(kind)} </span>}
          {text}
        </span>
      ))}
    </pre>
  );
}

const AROUND = 2;

function around(lines: string[]): string[] {
  if (lines.length <= 2 * AROUND + 1) return lines;
  return [...lines.slice(0, AROUND), "⋯", ...lines.slice(-AROUND)];
}

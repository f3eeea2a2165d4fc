import { diffComm } from "node-diff3";

export interface DiffLine {
  kind: "same" | "added" | "removed";
  text: string;
}

/**
 * Lines that went and came between two texts, with `context` unchanged lines around each; `null` stands for lines
 * left out. Nothing when the texts are the same.
 */
export function diffLines(before: string, after: string, context = 3): (DiffLine | null)[] {
  const linesOf = (text: string) => text.replace(/\n$/, "").split("\n");
  const lines = diffComm(linesOf(before), linesOf(after)).flatMap((part): DiffLine[] =>
    "common" in part && part.common
      ? part.common.map((text) => ({ kind: "same", text }))
      : [
          ...(part.buffer1 ?? []).map((text): DiffLine => ({ kind: "removed", text })),
          ...(part.buffer2 ?? []).map((text): DiffLine => ({ kind: "added", text })),
        ],
  );
  if (lines.every(({ kind }) => kind === "same")) return [];
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(({ kind }) => kind !== "same"),
  );
  const shown: (DiffLine | null)[] = [];
  lines.forEach((line, index) => {
    if (near[index]) shown.push(line);
    else if (shown.at(-1) !== null) shown.push(null);
  });
  return shown;
}

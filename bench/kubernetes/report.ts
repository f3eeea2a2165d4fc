import { quantile } from "../lib/quantile.ts";

/** One line of the table: what was asked and what came out. */
export interface Figure {
  what: string;
  asked: string;
  measured: string;
  met: boolean;
}

export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

/** Prints the figures as a table of Markdown. */
export function print(figures: readonly Figure[]): void {
  const rows = [
    ["what", "asked", "measured", ""],
    ...figures.map(({ what, asked, measured, met }) => [what, asked, measured, met ? "met" : "MISSED"]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const line = (row: string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...rest] = rows;
  const rule = line(widths.map((width) => "-".repeat(width)));
  process.stdout.write(`\n${[line(head), rule, ...rest.map(line)].join("\n")}\n`);
}

export function say(text: string): void {
  process.stdout.write(`  ${text}\n`);
}

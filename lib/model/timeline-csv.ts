import type { TimelineEntry } from "./timeline.ts";

const columns: [string, (entry: TimelineEntry) => string | number | undefined][] = [
  ["time", ({ at }) => at],
  ["kind", ({ kind }) => kind],
  ["event", ({ event, reported }) => reported?.reason ?? event],
  ["objectKind", ({ object }) => object.kind],
  ["object", ({ object }) => object.name],
  ["installation", ({ installation }) => installation],
  ["door", ({ door }) => door],
  ["program", ({ program }) => program],
  ["personId", ({ person }) => person?.uid],
  ["person", ({ person }) => person?.name],
  ["image", ({ image }) => image],
  ["revision", ({ revision }) => revision],
  ["action", ({ action }) => action?.name],
  ["phase", ({ action }) => action?.phase],
  ["fields", ({ fields }) => fields?.join(" ")],
  ["count", ({ reported }) => reported?.count],
  ["message", ({ message }) => message],
];

/** RFC 4180, with a header line; the columns are the same for every timeline. */
export function timelineCsv(entries: readonly TimelineEntry[]): string {
  const lines = entries.map((entry) => columns.map(([, of]) => cell(of(entry))));
  return [columns.map(([title]) => title), ...lines].map((line) => `${line.join(",")}\r\n`).join("");
}

/** Names and messages are other people's words: no spreadsheet may take one for a formula. */
function cell(value: string | number | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

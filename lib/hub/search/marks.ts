import { folded } from "./tokens.ts";

/** A text in turns of unmarked and marked pieces, beginning with an unmarked one, which may be empty. */
export type Marked = string[];

const WORD = /[\p{L}\p{N}]+/gu;
const HAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const SNIPPET = 150;
const BEFORE = 40;

type Range = [start: number, end: number];

/**
 * Where the terms stand in the text: a word that begins with a query's word is marked as far as it was typed, one that
 * was meant by a query with typing errors wholly, Chinese wherever it stands.
 */
export function rangesOf(text: string, typed: readonly string[], meant: ReadonlySet<string>): Range[] {
  const ranges: Range[] = [];
  for (const match of text.matchAll(WORD)) {
    const [word] = match;
    const start = match.index;
    if (HAN.test(word)) {
      for (const term of typed.filter((each) => HAN.test(each)))
        for (let at = word.indexOf(term); at >= 0; at = word.indexOf(term, at + 1))
          ranges.push([start + at, start + at + term.length]);
    }
    const plain = folded(word);
    const begun = typed.filter((term) => plain.startsWith(term)).sort((a, b) => b.length - a.length)[0];
    // Folding may change a word's length; then its parts cannot be told from each other.
    if (begun && !HAN.test(begun))
      ranges.push([start, start + (plain.length === word.length ? begun.length : word.length)]);
    else if (meant.has(plain)) ranges.push([start, start + word.length]);
  }
  return merged(ranges);
}

function merged(ranges: Range[]): Range[] {
  const result: Range[] = [];
  for (const [start, end] of ranges.sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}

/** Undefined when nothing is to be marked. */
export function marked(text: string, ranges: Range[]): Marked | undefined {
  if (ranges.length === 0) return undefined;
  const pieces: string[] = [];
  let at = 0;
  for (const [start, end] of ranges) {
    pieces.push(text.slice(at, start), text.slice(start, end));
    at = end;
  }
  pieces.push(text.slice(at));
  return pieces;
}

/** The piece of a long text around its first marks. */
export function snippet(text: string, ranges: Range[]): Marked | undefined {
  const [first] = ranges;
  if (!first) return undefined;
  const from = first[0] <= BEFORE ? 0 : cut(text, first[0] - BEFORE);
  const to = Math.min(text.length, Math.max(from + SNIPPET, first[1]));
  const inside = ranges
    .filter(([start, end]) => start >= from && end <= to)
    .map(([start, end]): Range => [start - from, end - from]);
  const pieces = marked(text.slice(from, to), inside);
  if (!pieces) return undefined;
  if (from > 0) pieces[0] = `…${pieces[0]}`;
  if (to < text.length) pieces[pieces.length - 1] += "…";
  return pieces;
}

/** The beginning of a word near `at`, and never the middle of a character. */
function cut(text: string, at: number): number {
  const space = text.indexOf(" ", at);
  if (space >= 0 && space < at + BEFORE / 2) return space + 1;
  return /[\uDC00-\uDFFF]/.test(text[at] ?? "") ? at + 1 : at;
}

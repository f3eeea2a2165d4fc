import { folded } from "./tokens.ts";

/** A text in turns of unmarked and marked pieces, beginning with an unmarked one, which may be empty. */
export type Marked = string[];

const WORD = /[\p{L}\p{N}]+/gu;
const HAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const LETTER_BEFORE = /[\p{L}\p{N}]$/u;
const LETTER_AFTER = /^[\p{L}\p{N}]/u;
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

/** The piece of a long text around the first place where the terms stand. */
export function snippet(
  text: string,
  typed: readonly string[],
  meant: ReadonlySet<string>,
): Marked | undefined {
  const first = firstPlace(text, typed, meant);
  if (first === undefined) return undefined;
  const from = first <= BEFORE ? 0 : cut(text, first - BEFORE);
  const to = Math.min(text.length, from + SNIPPET);
  // A little further, because a word that the end cuts in two is another word.
  const inside = rangesOf(text.slice(from, to + BEFORE), typed, meant).filter(([, end]) => from + end <= to);
  const pieces = marked(text.slice(from, to), inside);
  if (!pieces) return undefined;
  if (from > 0) pieces[0] = `…${pieces[0]}`;
  if (to < text.length) pieces[pieces.length - 1] += "…";
  return pieces;
}

/** Where the first of the terms stands, without looking at every word of the text. */
function firstPlace(text: string, typed: readonly string[], meant: ReadonlySet<string>): number | undefined {
  const plain = folded(text);
  // Folding may change the text's length; then places in one are not places in the other.
  if (plain.length !== text.length) return rangesOf(text, typed, meant)[0]?.[0];
  const places = [
    ...typed.map((term) =>
      placeOf(plain, term, (at) => HAN.test(term) || !LETTER_BEFORE.test(before(plain, at))),
    ),
    ...[...meant].map((term) =>
      placeOf(
        plain,
        term,
        (at) =>
          !LETTER_BEFORE.test(before(plain, at)) &&
          !LETTER_AFTER.test(plain.slice(at + term.length, at + term.length + 2)),
      ),
    ),
  ].filter((place) => place >= 0);
  return places.length > 0 ? Math.min(...places) : undefined;
}

const before = (text: string, at: number) => text.slice(Math.max(0, at - 2), at);

function placeOf(text: string, term: string, isPlace: (at: number) => boolean): number {
  let at = text.indexOf(term);
  while (at >= 0 && !isPlace(at)) at = text.indexOf(term, at + 1);
  return at;
}

/** The beginning of a word near `at`, and never the middle of a character. */
function cut(text: string, at: number): number {
  const space = text.indexOf(" ", at);
  if (space >= 0 && space < at + BEFORE / 2) return space + 1;
  return /[\uDC00-\uDFFF]/.test(text[at] ?? "") ? at + 1 : at;
}

/** One sentence in both languages. */
export type Sentence = readonly [en: string, zh: string];

/** What is wrong with an image, where, and what to do about it, in both languages. */
export class ImageError extends Error {
  readonly file?: string;
  /** 1-based line of `file`. */
  readonly line?: number;
  /** The Chinese sentence, with its place before it as in `message`. */
  readonly zh: string;

  constructor([en, zh]: Sentence, place: { file?: string; line?: number; cause?: unknown } = {}) {
    super(at(en, place), place.cause === undefined ? undefined : { cause: place.cause });
    this.name = "ImageError";
    this.zh = at(zh, place);
    if (place.file !== undefined) this.file = place.file;
    if (place.line !== undefined) this.line = place.line;
  }
}

function at(sentence: string, { file, line }: { file?: string; line?: number }): string {
  if (file === undefined) return sentence;
  return `${file}${line === undefined ? "" : `:${line}`}: ${sentence}`;
}

/** What is wrong with an image, where, and what to do about it. */
export class ImageError extends Error {
  readonly file?: string;
  /** 1-based line of `file`. */
  readonly line?: number;

  constructor(message: string, place: { file?: string; line?: number; cause?: unknown } = {}) {
    super(at(message, place), place.cause === undefined ? undefined : { cause: place.cause });
    this.name = "ImageError";
    if (place.file !== undefined) this.file = place.file;
    if (place.line !== undefined) this.line = place.line;
  }
}

function at(message: string, { file, line }: { file?: string; line?: number }): string {
  if (file === undefined) return message;
  return `${file}${line === undefined ? "" : `:${line}`}: ${message}`;
}

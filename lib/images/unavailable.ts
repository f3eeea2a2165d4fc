import { ImageError, type Sentence } from "./error.ts";

/** The image may be good: what keeps it cannot be asked, or sent something else. Another time it may. */
export class ImageUnavailable extends ImageError {
  /** What a program calls it: a registry's error code. */
  readonly code: string;
  readonly retryAfterSeconds?: number;

  constructor(sentence: Sentence, code: string, extra: { retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(sentence, { cause: extra.cause });
    this.name = "ImageUnavailable";
    this.code = code;
    if (extra.retryAfterSeconds !== undefined) this.retryAfterSeconds = extra.retryAfterSeconds;
  }
}

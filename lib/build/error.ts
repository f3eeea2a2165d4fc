import { ImageError } from "../images/index.ts";

/** What is wrong with a Kubefile or the folder it builds, where, and what to do about it, in both languages. */
export class BuildError extends ImageError {
  /** The Chinese sentence, with its place before it as in `message`. */
  readonly zh: string;

  constructor(
    [en, zh]: readonly [en: string, zh: string],
    place: { file?: string; line?: number; cause?: unknown } = {},
  ) {
    super(en, place);
    this.name = "BuildError";
    this.zh = new ImageError(zh, place).message;
  }
}

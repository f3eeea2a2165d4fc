import { ImageError, type Sentence } from "../images/index.ts";

/** What is wrong with a Kubefile or the folder it builds. */
export class BuildError extends ImageError {
  constructor(sentence: Sentence, place: { file?: string; line?: number; cause?: unknown } = {}) {
    super(sentence, place);
    this.name = "BuildError";
  }
}

import type { Locale } from "../model/locale.ts";
import { ProblemError } from "../model/problem.ts";
import { consoleSentences } from "./sentences/console.ts";
import { publishingSentences } from "./sentences/publishing.ts";

/** Every sentence that the web server words itself. */
const sentences = { ...consoleSentences, ...publishingSentences };

export type Sentence = keyof typeof sentences;
type Params = Record<string, string | number>;

export interface SaidField {
  field: string;
  sentence: Sentence;
  params: Params;
}

/** A problem whose sentence the server can say in the reader's language. */
export class SpokenProblem extends ProblemError {
  readonly sentence: Sentence;
  /** What is wrong with single fields, to be said in the reader's language. */
  readonly said: readonly SaidField[];

  constructor(
    sentence: Sentence,
    params: Params = {},
    extra: { fields?: { field: string; message: string }[]; said?: SaidField[]; cause?: unknown } = {},
  ) {
    const { said = [], ...rest } = extra;
    super(sentences[sentence][0], say(sentence, params, "en"), { params, ...rest });
    this.sentence = sentence;
    this.said = said;
  }
}

/** The sentence in the given language, with its parameters filled in; `text-zh` is the Chinese of the parameter `text`. */
export function say(sentence: Sentence, params: Params, locale: Locale): string {
  const text: string = sentences[sentence][locale === "zh" ? 2 : 1];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    String(params[`${name}-${locale}`] ?? params[name] ?? whole),
  );
}

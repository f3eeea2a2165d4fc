import { Composer, type CST, type Document, type ErrorCode, Lexer, type LineCounter, Parser } from "yaml";
import type { Sentence } from "./error.ts";
import { limits } from "./limits.ts";

/** A text is no YAML, or more of it than is read. */
export class YamlFault extends Error {
  override name = "YamlFault";
  readonly sentence: Sentence;
  /** In characters from the beginning. */
  readonly offset: number;

  constructor(sentence: Sentence, offset: number) {
    super(sentence[0]);
    this.sentence = sentence;
    this.offset = offset;
  }
}

/** Lexemes from one pause to the next: some hundredths of a second. */
const PAUSE = 20_000;

/**
 * The documents of a text, each composed when it is asked for; undefined where somebody else may have a turn before it goes
 * on. What somebody else wrote may be made to take long, so the first fault ends it, and a document is read only so far: each
 * of its tokens takes some microseconds.
 * @throws YamlFault
 */
export function* composed(text: string, counter: LineCounter): Generator<Document.Parsed | undefined, void> {
  const composer = new Composer({ uniqueKeys: false, merge: false, logLevel: "error", prettyErrors: false });
  // The library itself collects faults: as many as a text has characters, at more than ten microseconds each.
  Object.assign(composer, { onError: firstFault() });
  for (const token of boundedTokens(text, counter)) {
    if (token) for (const document of composer.next(token)) yield faultlessDocument(document);
    else yield undefined;
  }
  for (const document of composer.end()) yield faultlessDocument(document);
}

function faultlessDocument(document: Document.Parsed): Document.Parsed {
  const [error] = document.errors;
  if (error) throw notYaml(error.message, error.pos[0]);
  return document;
}

type Source = number | [number, number] | { range?: [number, number, number] | null; offset?: number };

/** Throws the first fault, and that one again when the library, on its way out, takes it for another. */
function firstFault() {
  let fault: YamlFault | undefined;
  return (source: Source, _code: ErrorCode, message: string, warning?: boolean): void => {
    if (warning) return;
    fault ??= notYaml(message, offsetOf(source));
    throw fault;
  };
}

function offsetOf(source: Source): number {
  if (typeof source === "number") return source;
  if (Array.isArray(source)) return source[0];
  return source.range?.[0] ?? source.offset ?? 0;
}

function notYaml(message: string, offset: number): YamlFault {
  return new YamlFault([`this is not YAML: ${message}`, `这不是有效的 YAML：${message}`], offset);
}

function* boundedTokens(text: string, counter: LineCounter): Generator<CST.Token | undefined, void> {
  const parser = new Parser(counter.addNewLine);
  counter.addNewLine(0);
  let offset = 0;
  let tokens = 0;
  let open = 0;
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    offset += lexeme.length;
    if (lexeme === "[" || lexeme === "{") open++;
    else if (lexeme === "]" || lexeme === "}") open--;
    if (open > limits.yamlDepth)
      throw new YamlFault(["the document is nested too deeply", "文档嵌套过深"], offset);
    if (!isBlank(lexeme) && ++tokens > limits.yamlTokens)
      throw new YamlFault(
        [
          `a document may have at most ${limits.yamlTokens} tokens (keys, values and signs)`,
          `单个文档最多 ${limits.yamlTokens} 个标记（键、值和符号）`,
        ],
        offset,
      );
    for (const token of parser.next(lexeme)) {
      yield faultless(token);
      if (token.type === "document") [tokens, open] = [0, 0];
    }
    if (++lexemes % PAUSE === 0) yield undefined;
  }
  for (const token of parser.end()) yield faultless(token);
}

/** Spaces and ends of lines; how much of them a text has is its author's style. */
function isBlank(lexeme: string): boolean {
  return " \t\r\n".includes(lexeme.charAt(0));
}

function faultless(token: CST.Token): CST.Token {
  if (token.type !== "error") return token;
  const { message, source, offset } = token;
  throw notYaml(source ? `${message}: ${JSON.stringify(source)}` : message, offset);
}

import type { SourceFile } from "../model/image.ts";
import { ImageError, type Sentence } from "./error.ts";
import { type ExpressionText, splitExpressions, type TextPart } from "./expression-text.ts";
import { limits } from "./limits.ts";

/**
 * A manifest before it is YAML: block lines (`${{ if(e) }}`, `${{ elif(e) }}`, `${{ else() }}`, `${{ endif() }}`)
 * may cut across YAML lists, so they are taken out line by line, and every other expression is stood in for by a
 * token, so that what it gives can fill a scalar and never become structure.
 */
export interface ManifestTemplate {
  file: string;
  lines: TemplateLine[];
  /** Conditions of the blocks. */
  conditions: ExpressionText[];
  /** Expressions in the text; a token names its index. */
  expressions: ExpressionText[];
  /** Matches tokens; group 1 is the index. */
  token: RegExp;
}

type TemplateLine =
  | { kind: "text"; text: string; line: number }
  | { kind: "if" | "elif"; condition: number; line: number }
  | { kind: "else" | "endif"; line: number };

/** YAML text with tokens; `lines[n]` is the source line of its line n (0-based index, 1-based value). */
export interface ExpandedText {
  text: string;
  lines: number[];
}

const BLOCK_LINE = /^\s*\$\{\{\s*(if|elif|else|endif)\b\s*(?:\((.*)\))?\s*\}\}\s*(?:#.*)?$/;

/** @throws ImageError for a block that does not open or close, or an expression that does not end. */
export function readTemplate(source: SourceFile): ManifestTemplate {
  const prefix = tokenPrefix(source.text);
  const template: ManifestTemplate = {
    file: source.path,
    lines: [],
    conditions: [],
    expressions: [],
    token: new RegExp(`${prefix}(\\d+)z`, "g"),
  };
  const seen = new Map<string, number>();
  const open: { line: number; hasElse: boolean }[] = [];
  for (const [index, text] of source.text.split(/\r?\n/).entries()) {
    const line = source.line + index;
    const block = BLOCK_LINE.exec(text);
    if (block) addBlock(template, open, block[1] ?? "", block[2]?.trim() ?? "", line);
    else {
      const parts = splitExpressions(text, source.path, line, seen);
      template.lines.push({ kind: "text", text: maskParts(template, parts, prefix), line });
    }
  }
  const unclosed = open.pop();
  if (unclosed)
    fail(
      [`this \${{ if }} has no \${{ endif() }}`, `该 \${{ if }} 没有对应的 \${{ endif() }}`],
      source.path,
      unclosed.line,
    );
  return template;
}

function addBlock(
  template: ManifestTemplate,
  open: { line: number; hasElse: boolean }[],
  word: string,
  condition: string,
  line: number,
): void {
  const { file } = template;
  const current = open.at(-1);
  if (word !== "if" && !current)
    fail(
      [`\${{ ${word} }} without an \${{ if }} before it`, `\${{ ${word} }} 之前没有 \${{ if }}`],
      file,
      line,
    );
  if (current?.hasElse && (word === "else" || word === "elif")) {
    fail([`\${{ ${word} }} after \${{ else() }}`, `\${{ ${word} }} 出现在 \${{ else() }} 之后`], file, line);
  }
  if (word === "if" || word === "elif") {
    if (!condition)
      fail(
        [`\${{ ${word} }} needs a condition in parentheses`, `\${{ ${word} }} 需要写在括号中的条件`],
        file,
        line,
      );
    const occurrence = template.conditions.length;
    template.lines.push({ kind: word, condition: occurrence, line });
    template.conditions.push({ text: condition, file, line, occurrence });
    if (word === "if") open.push({ line, hasElse: false });
    return;
  }
  if (word === "else") {
    if (current) current.hasElse = true;
    template.lines.push({ kind: "else", line });
  } else {
    open.pop();
    template.lines.push({ kind: "endif", line });
  }
}

function maskParts(template: ManifestTemplate, parts: TextPart[], prefix: string): string {
  const [first] = parts;
  const isComment = typeof first === "string" && first.trimStart().startsWith("#");
  return parts
    .map((part) => {
      if (typeof part === "string") return part;
      // In a comment it means nothing; in a script that only looks like one it fails when it is evaluated.
      if (!isComment && /^(if|elif|else|endif)\b\s*\(/.test(part.text)) {
        fail(["a block line stands alone on its line", "块语句必须独占一行"], part.file, part.line);
      }
      if (template.expressions.length >= limits.expressions) {
        fail(
          [
            `the file has more than ${limits.expressions} expressions`,
            `文件中的表达式超过 ${limits.expressions} 个`,
          ],
          part.file,
          part.line,
        );
      }
      return `${prefix}${template.expressions.push(part) - 1}z`;
    })
    .join("");
}

/** Keeps the branches whose condition holds; `decide` gets the condition's index and is asked only when it matters. */
export function expandBlocks(
  template: ManifestTemplate,
  decide: (condition: number) => boolean,
): ExpandedText {
  const kept: string[] = [];
  const lines: number[] = [];
  /** Per open block: is the text inside kept, was a branch of it already, and is the block itself in kept text. */
  const open: { active: boolean; done: boolean; outer: boolean }[] = [];
  for (const line of template.lines) {
    const current = open.at(-1);
    if (line.kind === "text") {
      if (current && !current.active) continue;
      kept.push(line.text);
      lines.push(line.line);
    } else if (line.kind === "if") {
      const outer = current ? current.active : true;
      const active = outer && decide(line.condition);
      open.push({ active, done: active, outer });
    } else if (current && line.kind === "elif") {
      current.active = current.outer && !current.done && decide(line.condition);
      current.done ||= current.active;
    } else if (current && line.kind === "else") {
      current.active = current.outer && !current.done;
      current.done = true;
    } else open.pop();
  }
  return { text: kept.join("\n"), lines };
}

/** Every branch at once: for reading what an image may contain before it is rendered. */
export function allBranches(template: ManifestTemplate): ExpandedText {
  const text = template.lines.filter((line) => line.kind === "text");
  return { text: text.map((line) => line.text).join("\n"), lines: text.map((line) => line.line) };
}

/** Puts the expressions back, as written, in place of their tokens. */
export function unmask(template: ManifestTemplate, text: string): string {
  return text.replace(template.token, (_, index: string) => {
    return `\${{ ${template.expressions[Number(index)]?.text ?? ""} }}`;
  });
}

function tokenPrefix(text: string): string {
  for (let n = 0; ; n++) {
    const prefix = `hubexpr${n}n`;
    if (!text.includes(prefix)) return prefix;
  }
}

function fail(sentence: Sentence, file: string, line: number): never {
  throw new ImageError(sentence, { file, line });
}

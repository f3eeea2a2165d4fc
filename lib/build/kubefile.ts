import { DockerfileParser, type Flag, type Heredoc, type Instruction, type Property } from "dockerfile-ast";
import { BuildError } from "./error.ts";

/** One instruction of a Kubefile, as it is written: variables are not replaced yet. */
export interface Step {
  keyword: string;
  /** 1-based. */
  line: number;
  /** `--name=value`, without the dashes. */
  flags: Map<string, string>;
  /** What follows, flags aside: words, or the strings of the JSON form. */
  words: string[];
  /** Whether `words` came as a JSON list. */
  json: boolean;
  /** The same as one text. */
  text: string;
  /** Of ENV, LABEL and ARG. `literal`: in single quotes, where nothing is replaced. */
  pairs: { name: string; value: string | undefined; literal: boolean }[];
  /** Of COPY and ADD: files written into the Kubefile itself. */
  documents: { name: string; content: string; literal: boolean }[];
}

/** A Kubefile (Dockerfile grammar) as its instructions in order. */
export function parseKubefile(text: string): Step[] {
  const lines = text.split(/\r?\n/);
  return DockerfileParser.parse(text)
    .getInstructions()
    .map((instruction) => stepOf(instruction, lines));
}

/** What only some kinds of instruction have; asked of each, whichever class it is. */
interface Details {
  getFlags?(): Flag[];
  getProperties?(): Property[];
  getHeredocs?(): Heredoc[];
}

function stepOf(instruction: Instruction, lines: string[]): Step {
  const detailed = instruction as unknown as Details;
  const line = (instruction.getRange()?.start.line ?? 0) + 1;
  const documents = documentsOf(detailed, lines);
  const flags = new Map(detailed.getFlags?.().map((flag) => [flag.getName(), flag.getValue() ?? ""]));
  const first = documents.length > 0 ? firstLine(lines[line - 1] ?? "") : undefined;
  const text = first ?? withoutFlags(instruction.getArgumentsContent() ?? "");
  const list = jsonList(text);
  const words =
    list ??
    (first === undefined ? instruction.getArguments().map((word) => word.getValue()) : first.split(/\s+/));
  const pairs = (detailed.getProperties?.() ?? []).map((property) => ({
    name: property.getName(),
    value: property.getValue() ?? undefined,
    literal: property.getUnescapedValue()?.startsWith("'") ?? false,
  }));
  return {
    keyword: instruction.getKeyword(),
    line,
    flags,
    words,
    json: list !== undefined,
    text,
    pairs,
    documents,
  };
}

function documentsOf(detailed: Details, lines: string[]): Step["documents"] {
  const heredocs = detailed.getHeredocs?.() ?? [];
  return heredocs.map((heredoc) => {
    const start = heredoc.getStartRange().start;
    const range = heredoc.getContentRange();
    const from = range
      ? lines.slice(range.start.line, range.end.line + (range.end.character > 0 ? 1 : 0))
      : [];
    const opening = (lines[start.line] ?? "").slice(start.character);
    const tabs = opening.startsWith("<<-");
    const content = from.map((each) => `${tabs ? each.replace(/^\t+/, "") : each}\n`).join("");
    return { name: heredoc.getName(), content, literal: /^<<-?["']/.test(opening) };
  });
}

function firstLine(line: string): string {
  return withoutFlags(line.trim().replace(/^\S+\s*/, ""));
}

function withoutFlags(text: string): string {
  return text.replace(/^(\s*--[a-z]+(=\S*)?\s+)+/i, "").trim();
}

/** The strings of the JSON form. Docker, too, takes what is no JSON list for plain words. */
function jsonList(text: string): string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const list: unknown = JSON.parse(text.replace(/\\\r?\n/g, " "));
    return Array.isArray(list) && list.every((each) => typeof each === "string") ? list : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Replaces `$NAME`, `${NAME}`, `${NAME:-else}` and `${NAME:+instead}`; `\$` is a dollar sign.
 * @throws BuildError for any other form.
 */
export function replaceVariables(
  text: string,
  values: ReadonlyMap<string, string>,
  place: { file: string; line: number },
): string {
  return text.replace(
    /\\\$|\$\{([A-Za-z_]\w*)(?::([-+])([^}]*))?\}|\$([A-Za-z_]\w*)|\$\{[^}]*\}?/g,
    (found, braced?: string, modifier?: string, other?: string, plain?: string) => {
      if (found === "\\$") return "$";
      const name = braced ?? plain;
      if (!name)
        throw new BuildError(
          [
            `${found} is not a variable; write \${NAME}, \${NAME:-value} or \${NAME:+value}`,
            `${found} 不是变量；请写成 \${NAME}、\${NAME:-值} 或 \${NAME:+值}`,
          ],
          place,
        );
      const value = values.get(name);
      if (modifier === "-") return value || replaceVariables(other ?? "", values, place);
      if (modifier === "+") return value ? replaceVariables(other ?? "", values, place) : "";
      return value ?? "";
    },
  );
}

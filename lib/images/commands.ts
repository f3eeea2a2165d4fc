import { posix } from "node:path";

/** `kubectl apply -f`, `create -f` or `delete -f`, as far as it says which files. */
export interface KubectlStep {
  verb: "apply" | "create" | "delete";
  /** As written. */
  paths: string[];
  recursive: boolean;
  /** 1-based line of the text. */
  line: number;
}

/** A command that only a shell can carry out. */
export interface ForeignCommand {
  /** 1-based line of the text. */
  line: number;
  text: string;
}

interface SimpleCommand {
  line: number;
  words: string[];
}

/** What a shell reads as more than a word: expansion, redirection, pipes, groups, jobs, patterns. */
const ACTIVE = /[$`|<>(){}[\]*?~!&]/;
const MOST_SHOWN = 200;

/**
 * The commands of a shell text whose words stand there as they are, separated by ends of lines, `;` and `&&`. Stops at the
 * first of which a shell would make more than its words.
 */
function simpleCommands(text: string): { commands: SimpleCommand[]; foreign?: ForeignCommand } {
  const commands: SimpleCommand[] = [];
  let words: string[] = [];
  let word: string | undefined;
  let line = 1;
  let begun = 1;
  const endWord = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) commands.push({ line: begun, words });
    words = [];
  };
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (words.length === 0 && word === undefined) begun = line;
    if (character === "\\" && text.charAt(at + 1) === "\n") {
      at++;
      line++;
    } else if (character === "\n" || character === ";") {
      endCommand();
      if (character === "\n") line++;
    } else if (text.startsWith("&&", at)) {
      endCommand();
      at++;
    } else if (/\s/.test(character)) endWord();
    else if (character === "#" && word === undefined) {
      const end = text.indexOf("\n", at);
      at = (end < 0 ? text.length : end) - 1;
    } else if (character === "'" || character === '"') {
      const end = text.indexOf(character, at + 1);
      const quoted = text.slice(at + 1, end);
      if (end < 0 || (character === '"' && /[$`\\]/.test(quoted)))
        return { commands, foreign: foreignAt(text, begun) };
      word = (word ?? "") + quoted;
      line += quoted.split("\n").length - 1;
      at = end;
    } else if (ACTIVE.test(character) || character === "\\")
      return { commands, foreign: foreignAt(text, begun) };
    else word = (word ?? "") + character;
  }
  endCommand();
  return { commands };
}

function foreignAt(text: string, line: number): ForeignCommand {
  const shown = (text.split("\n")[line - 1] ?? "").trim();
  return { line, text: shown.length > MOST_SHOWN ? `${shown.slice(0, MOST_SHOWN)}…` : shown };
}

/**
 * Reads a shell text that does nothing but `kubectl apply -f`, `create -f` and `delete -f`, beside comments and `set -e`.
 * `foreign` is the first command that is anything else; nothing of the text is to be carried out then.
 */
export function readCommands(text: string): { steps: KubectlStep[]; foreign?: ForeignCommand } {
  const { commands, foreign } = simpleCommands(text);
  const steps: KubectlStep[] = [];
  for (const { line, words } of commands) {
    if (isShellOption(words)) continue;
    const step = kubectlStep(words);
    if (!step) return { steps, foreign: foreignAt(text, line) };
    steps.push({ ...step, line });
  }
  return foreign ? { steps, foreign } : { steps };
}

/** `set -e`, `set -euo pipefail`: how a script ends, and not what it does. */
function isShellOption([first, ...rest]: string[]): boolean {
  return (
    first === "set" &&
    rest.length > 0 &&
    rest.every((word) => /^(-[euxo]+|pipefail|errexit|nounset|xtrace)$/.test(word))
  );
}

/** Flags that say how to apply, and nothing of what. */
const HARMLESS =
  /^--(server-side|force-conflicts|save-config|overwrite|wait|ignore-not-found|validate)(=(true|false))?$|^--timeout=\d+[smh]$/;

function kubectlStep([program, verb, ...rest]: string[]): Omit<KubectlStep, "line"> | undefined {
  if (program !== "kubectl" || (verb !== "apply" && verb !== "create" && verb !== "delete")) return undefined;
  const paths: string[] = [];
  let recursive = false;
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index] ?? "";
    const [, joined] = /^(?:-f=?|--filename=)(.+)$/s.exec(word) ?? [];
    if (joined !== undefined) paths.push(...joined.split(","));
    else if (word === "-f" || word === "--filename") paths.push(...(rest[++index] ?? "").split(","));
    else if (/^(-R|--recursive(=true)?)$/.test(word)) recursive = true;
    else if (!HARMLESS.test(word)) return undefined;
  }
  const local = (path: string) => path !== "" && path !== "-" && !/^[a-z]+:\/\//i.test(path);
  return paths.length > 0 && paths.every(local) ? { verb, paths, recursive } : undefined;
}

/** The script that a command does nothing but run with a shell: `bash -e entrypoint.sh`, `./entrypoint.sh`. */
export function scriptOf(command: string): string | undefined {
  const { commands, foreign } = simpleCommands(command);
  const [only, second] = commands;
  if (!only || second || foreign) return undefined;
  const [first = "", ...rest] = only.words;
  if (/^(\/(usr\/)?bin\/)?(ba)?sh$/.test(first)) {
    const [script, more] = rest.filter((word) => !/^-[eux]+$/.test(word));
    return more === undefined && script && !script.startsWith("-") ? script : undefined;
  }
  return rest.length === 0 && first.endsWith(".sh") ? first : undefined;
}

/** Which of the files a path of `kubectl -f` names: itself, or those right in the folder (below it: `-R`). */
export function filesNamed(
  all: Iterable<string>,
  path: string,
  { folder, recursive }: { folder: string; recursive: boolean },
): string[] {
  const wanted = posix
    .join("/", path.startsWith("/") ? "" : folder, path)
    .replace(/\/$/, "")
    .slice(1);
  const prefix = wanted === "" ? "" : `${wanted}/`;
  return [...all].filter((file) => {
    if (file === wanted) return true;
    if (!file.startsWith(prefix) || !/\.(ya?ml|json)$/i.test(file)) return false;
    return recursive || !file.slice(prefix.length).includes("/");
  });
}

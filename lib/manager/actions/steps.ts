import type { RunProgress } from "../../model/resources.ts";

/** Stand around a step's number in a log, where it begins: characters that programs do not print. */
const [BEGIN, END] = ["\u001e", "\u001f"];
const MARK = new RegExp(`${BEGIN}(\\d+)${END}\n?`, "g");

/** Whether a line is not a command of its own: what follows it is a part of it. */
const GOES_ON = /<<|\\\s*$/;

/** The commands, telling in their log which of them begins. */
export function withSteps(lines: readonly string[]): string[] {
  if (lines.length < 2 || lines.some((line) => GOES_ON.test(line))) return [...lines];
  return lines.flatMap((line, index) => [`printf '\\036%d\\037\\n' ${index + 1}`, line]);
}

/** A log of such commands without the marks, and the step that it has come to. */
export function readSteps(log: string, steps: number): { text: string; progress: RunProgress | undefined } {
  const step = Number([...log.matchAll(MARK)].at(-1)?.[1] ?? 0);
  const progress = step >= 1 && step <= steps && steps > 1 ? { step, steps } : undefined;
  return { text: log.replace(MARK, ""), progress };
}

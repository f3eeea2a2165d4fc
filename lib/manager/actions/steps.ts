import type { RunProgress } from "../../model/resources.ts";

/** Stand around a step's number in a log, where it begins: characters that programs do not print. */
const [BEGIN, END] = ["\u001e", "\u001f"];
const MARK = new RegExp(`${BEGIN}(\\d+)${END}\n?`, "g");

/** The end of a line whose command the next one is a part of: nothing may come between them. */
const OPEN_END = /<<|(\\|\||&&|\bin|\(\s*\)?)\s*$/;
const isOdd = (line: string, quote: string) => line.split(quote).length % 2 === 0;

/** Whether a line may not be a command of its own. Who is wrong about that only tells no steps. */
const goesOn = (line: string) => OPEN_END.test(line) || isOdd(line, "'") || isOdd(line, '"');

/** The commands, telling in their log which of them begins. */
export function withSteps(lines: readonly string[]): string[] {
  if (lines.length < 2 || lines.some(goesOn)) return [...lines];
  return lines.flatMap((line, index) => [`printf '\\036%d\\037\\n' ${index + 1}`, line]);
}

/** A log of such commands without the marks, and the step that it has come to. */
export function readSteps(log: string, steps: number): { text: string; progress: RunProgress | undefined } {
  const step = Number([...log.matchAll(MARK)].at(-1)?.[1] ?? 0);
  const progress = step >= 1 && step <= steps && steps > 1 ? { step, steps } : undefined;
  return { text: log.replace(MARK, ""), progress };
}

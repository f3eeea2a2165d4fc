import { readFile } from "node:fs/promises";
import type { Answer } from "./types.ts";

/** Where the recorded answers are: a file for each group. */
export const RECORDED = new URL("recorded/", import.meta.url);

/** A group's answers as its file holds them: one in each line. */
export function recordedText(answers: readonly Answer[]): string {
  return `[\n${answers.map((answer) => JSON.stringify(answer)).join(",\n")}\n]\n`;
}

/** What was recorded of a group. Rejects when nothing was. */
export async function recordedAnswers(group: string): Promise<Answer[]> {
  return JSON.parse(await readFile(new URL(`${group}.gen.json`, RECORDED), "utf8")) as Answer[];
}

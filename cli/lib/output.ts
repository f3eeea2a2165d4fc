import { Writable } from "node:stream";
import { styleText } from "node:util";
import type { Context } from "./context.ts";
import { type Bar, startBar } from "./progress.ts";
import { inLanguage, type Language, type Params, type Text } from "./text.ts";

export interface Streams {
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
}

/**
 * Results go to standard output, everything else to standard error, so that a pipe gets results only. With `--json`
 * results are JSON and what is worded for people is left out of standard output.
 */
export class Output {
  readonly json: boolean;
  readonly language: Language;
  readonly #streams: Streams;
  readonly #color: boolean;

  constructor(
    streams: Streams,
    { json, language, env }: { json: boolean; language: Language; env: NodeJS.ProcessEnv },
  ) {
    this.#streams = streams;
    this.json = json;
    this.language = language;
    this.#color = Boolean(streams.stderr.isTTY) && !env.NO_COLOR && env.TERM !== "dumb";
  }

  /** One result: with `--json` the value, else what `human` words. A command calls it once, or once per line. */
  result(value: unknown, human: () => string | readonly string[]): void {
    if (this.json) return void this.#streams.stdout.write(`${JSON.stringify(value)}\n`);
    for (const line of [human()].flat()) this.#streams.stdout.write(`${harmless(line)}\n`);
  }

  /** Results as a table with aligned columns; with `--json` one document that is the list. */
  table<T>(rows: readonly T[], columns: readonly { title: string; of: (row: T) => string }[]): void {
    this.result(rows, () => {
      const cells = [
        columns.map(({ title }) => title),
        ...rows.map((row) => columns.map(({ of }) => of(row))),
      ];
      const widths = columns.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ""))));
      return cells.map((row) =>
        row
          .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell)))
          .join("   ")
          .trimEnd(),
      );
    });
  }

  /** A line for the person watching. */
  note(text: Text | string, params?: Params): void {
    this.#error(this.say(text, params));
  }

  warn(text: Text | string, params?: Params): void {
    this.#error(this.#style("yellow", this.say(["Warning: ", "警告："])) + this.say(text, params));
  }

  /** Called by the frame only: commands throw. */
  error(message: string, exit: string): void {
    if (this.json) this.#error(JSON.stringify({ error: { code: exit, message } }));
    else this.#error(`${this.#style("red", "hub: ")}${harmless(message)}`);
  }

  /** Progress of one thing, in units (usually bytes): a bar on a terminal, a line at begin and end in a log. */
  bar(label: string, total?: number): Bar {
    return startBar(this.#streams.stderr, label, total, this.language);
  }

  say(text: Text | string, params?: Params): string {
    return harmless(inLanguage(text, this.language, params));
  }

  #error(line: string): void {
    this.#streams.stderr.write(`${line}\n`);
  }

  #style(format: "red" | "yellow", text: string): string {
    return this.#color ? styleText(format, text, { validateStream: false }) : text;
  }
}

/** The same place, where what is said is for nobody: for steps of a command that says their outcome itself. */
export function silenced(context: Context): Context {
  const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const { json, language, env } = context;
  const out = new Output({ stdout: nowhere(), stderr: nowhere() }, { json, language, env });
  return { ...context, out };
}

/** Images, logs and registries are other people's words: none of them may move the cursor or give the terminal orders. */
function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\ufffd");
}

/** Columns that a text takes in a terminal: East Asian wide characters take two. */
function width(text: string): number {
  let columns = 0;
  for (const character of text)
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/.test(
        character,
      )
        ? 2
        : 1;
  return columns;
}

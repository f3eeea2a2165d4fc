import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** A password from standard input: its first line, or typed unseen on a terminal. */
export async function readPassword(prompt: string, fromInput: boolean): Promise<string> {
  const typed = process.stdin.isTTY && !fromInput;
  if (typed) process.stderr.write(prompt);
  // The terminal would show what is typed by itself; this output shows nothing.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: Boolean(typed) });
  for await (const line of lines) {
    lines.close();
    if (typed) process.stderr.write("\n");
    return line;
  }
  return "";
}

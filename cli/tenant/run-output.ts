import type { ActionRun } from "../../lib/model/resources.ts";
import type { Context } from "../lib/context.ts";

/** So much of a text tells where it goes on in another. */
const PROBE = 200;

/** What came after `before`, where both are ends of one growing text; all of it where too much came in between. */
export function grown(before: string, after: string): string {
  if (after.startsWith(before)) return after.slice(before.length);
  const probe = after.slice(0, PROBE);
  for (let at = before.indexOf(probe); at >= 0; at = before.indexOf(probe, at + 1)) {
    const kept = before.slice(at);
    if (after.startsWith(kept)) return after.slice(kept.length);
  }
  return after;
}

/** Says a run's output line by line as it comes, and its steps to whoever is watching. */
export function runPrinter({ out }: Pick<Context, "out">, name: string) {
  let seen = "";
  let begun = "";
  let said = "";
  return (status: ActionRun["status"], ended: boolean): void => {
    const { progress, output = "" } = status ?? {};
    const step = progress ? `${progress.step}/${progress.steps}` : "";
    if (step && step !== said && !ended) out.note(["Step {step}", "步骤 {step}"], { step });
    said = step;
    const lines = `${begun}${grown(seen, output)}`.split("\n");
    seen = output;
    begun = ended ? "" : (lines.pop() ?? "");
    if (ended && lines.at(-1) === "") lines.pop();
    for (const line of lines) out.result({ run: name, line }, () => line);
  };
}

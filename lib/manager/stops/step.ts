import type { StopMark } from "../../model/budget-stop.ts";

/** What an instance can be: the one of the two actions that its conditions allow. */
export interface Allowed {
  stop: boolean;
  start: boolean;
}

/** How the run that a mark asks for stands; undefined: there is none, not yet or not any more. */
export type RunState = "open" | "succeeded" | "failed" | undefined;

/** What is to be done next with an instance; `mark` without a mark takes it away. */
export type Step =
  | { does: "nothing" }
  | { does: "mark"; mark?: StopMark }
  | { does: "run"; way: "stop" | "start"; token: string };

const NOTHING: Step = { does: "nothing" };
const UNMARK: Step = { does: "mark" };

/**
 * The next step with an instance, of a budget that is spent (`over`) or is not. A mark is written before the run that it
 * asks for is made, and moves on only when that has ended, so every step may be taken twice. What is marked is never
 * stopped a second time, and only what the budget has stopped, and is stopped still, is started.
 * @param token for a run to come
 */
export function nextStep(
  mark: StopMark | undefined,
  { over, allowed, run }: { over: boolean; allowed: Allowed; run: RunState },
  token: string,
): Step {
  if (!mark) return over && allowed.stop ? { does: "mark", mark: { state: "stopping", token } } : NOTHING;
  const moved = (state: StopMark["state"]): Step => ({ does: "mark", mark: { ...mark, state } });
  switch (mark.state) {
    case "stopping":
      if (run === "open") return NOTHING;
      if (run === "succeeded") return moved("stopped");
      if (run === "failed") return over ? moved("failed") : UNMARK;
      return over && allowed.stop ? { does: "run", way: "stop", token: mark.token } : UNMARK;
    case "stopped":
      if (over) return NOTHING;
      return allowed.start ? { does: "mark", mark: { state: "starting", token } } : UNMARK;
    case "failed":
      return over ? NOTHING : UNMARK;
    case "starting":
      if (run === "open") return NOTHING;
      if (run === "succeeded") return UNMARK;
      if (over) return moved("stopped");
      return run === undefined && allowed.start ? { does: "run", way: "start", token: mark.token } : UNMARK;
  }
}

import { expect, test } from "vitest";
import type { StopMark } from "../../model/budget-stop.ts";
import { nextStep, type RunState } from "./step.ts";

/** An instance, its mark and the runs that were made for it, without a cluster. */
class Stage {
  over = false;
  running = true;
  mark: StopMark | undefined;
  readonly runs = new Map<string, "open" | "succeeded" | "failed">();
  #tokens = 0;

  /** One step; false: there is nothing to do. */
  step(): boolean {
    const way = this.mark?.state === "starting" ? "start" : "stop";
    const run: RunState = this.mark && this.runs.get(`${way} ${this.mark.token}`);
    const allowed = { stop: this.running, start: !this.running };
    const step = nextStep(this.mark, { over: this.over, allowed, run }, String(++this.#tokens));
    if (step.does === "mark") this.mark = step.mark;
    if (step.does === "run") this.runs.set(`${step.way} ${step.token}`, "open");
    return step.does !== "nothing";
  }

  settle(): void {
    while (this.step());
  }

  /** The runs under way are carried out, or fail. */
  carryOut(outcome: "succeeded" | "failed" = "succeeded"): void {
    for (const [run, state] of this.runs)
      if (state === "open") {
        this.runs.set(run, outcome);
        if (outcome === "succeeded") this.running = run.startsWith("start");
      }
    this.settle();
  }

  /** Until the next news: the runs' names, and whether it runs. */
  get ways(): string[] {
    return [...this.runs.keys()].map((run) => run.split(" ")[0] ?? "");
  }
}

function stopped(): Stage {
  const stage = new Stage();
  stage.over = true;
  stage.settle();
  stage.carryOut();
  return stage;
}

test("a spent budget stops what runs once, and starts it when the stop ends", () => {
  const stage = stopped();
  expect([stage.running, stage.mark?.state, stage.ways]).toEqual([false, "stopped", ["stop"]]);
  stage.over = false;
  stage.settle();
  stage.carryOut();
  expect([stage.running, stage.mark, stage.ways]).toEqual([true, undefined, ["stop", "start"]]);
});

test("what was stopped by hand is neither stopped nor started", () => {
  const stage = new Stage();
  stage.running = false;
  stage.over = true;
  stage.settle();
  stage.over = false;
  stage.settle();
  expect([stage.mark, stage.ways]).toEqual([undefined, []]);
});

test("what is started by hand while the budget is spent is not stopped again, and not started once it is over", () => {
  const stage = stopped();
  stage.running = true;
  stage.settle();
  stage.over = false;
  stage.settle();
  expect([stage.running, stage.mark, stage.ways]).toEqual([true, undefined, ["stop"]]);
});

test("a stop that fails is not tried again, and leaves nothing to start", () => {
  const stage = new Stage();
  stage.over = true;
  stage.settle();
  stage.carryOut("failed");
  expect(stage.mark?.state).toBe("failed");
  stage.over = false;
  stage.settle();
  expect([stage.running, stage.mark, stage.ways]).toEqual([true, undefined, ["stop"]]);
});

test("a budget that is spent again before its start was carried out keeps what it has stopped for the next end", () => {
  const stage = stopped();
  stage.over = false;
  stage.settle();
  stage.over = true;
  stage.carryOut("failed");
  expect([stage.running, stage.mark?.state]).toEqual([false, "stopped"]);
  stage.over = false;
  stage.settle();
  stage.carryOut();
  expect([stage.running, stage.mark]).toEqual([true, undefined]);
});

test("a budget that is spent again after its start stops once more", () => {
  const stage = stopped();
  stage.over = false;
  stage.settle();
  stage.over = true;
  stage.carryOut();
  stage.carryOut();
  expect([stage.running, stage.mark?.state, stage.ways]).toEqual([
    false,
    "stopped",
    ["stop", "start", "stop"],
  ]);
});

test("a stop that ends before its run was made asks for nothing", () => {
  const stage = new Stage();
  stage.over = true;
  stage.step();
  expect(stage.mark?.state).toBe("stopping");
  stage.over = false;
  stage.settle();
  expect([stage.mark, stage.ways]).toEqual([undefined, []]);
});

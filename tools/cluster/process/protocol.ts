/** What a process group and its supervisor say to each other. */

export interface Command {
  program: string;
  args: string[];
  cwd: string;
  env?: Record<string, string>;
  /** File that its output is added to. */
  log: string;
}

export type Order =
  | { order: "own"; dir: string }
  | { order: "cleanup"; command: Command }
  | { order: "start"; name: string; command: Command }
  | { order: "stop" };

export type Report =
  | { report: "ready" }
  | { report: "started"; name: string; pid: number }
  | { report: "refused"; name: string; why: string }
  | { report: "ended"; name: string; pid: number; how: string }
  | { report: "stopped" };

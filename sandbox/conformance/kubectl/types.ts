/** One command of the kubectl battery. `{ns}` and what was kept stand in arguments and input as `{key}`. */
export interface Command {
  /** What follows `kubectl`, split at blanks; as a list where an argument has blanks of its own. */
  args: string | readonly string[];
  /** Standard input, most often a manifest for `-f -`. */
  input?: string;
  /** The name by which later commands of the scenario speak of what this one printed. */
  keep?: string;
  /** Run again until it prints this text: for what a server does in its own time. */
  until?: string;
}

/** Commands that run one after the other in a namespace of their own. */
export interface Scenario {
  name: string;
  /** What it is about, as the table in the documentation says it. */
  area: string;
  /** Changes what all can see, so that it runs after all others, by itself. */
  alone?: boolean;
  commands: readonly Command[];
}

/** What a command came to, without what differs from run to run. */
export interface Outcome {
  command: string;
  code: number | null;
  out: string;
  error: string;
}

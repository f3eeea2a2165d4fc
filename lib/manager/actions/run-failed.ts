/** Why a run failed, for its condition; retrying would not help. */
export class RunFailed extends Error {
  readonly reason: "TargetGone" | "TimedOut" | "Unsupported" | "Refused" | "CommandFailed";
  /** What was printed before. */
  readonly output: string | undefined;

  constructor(reason: RunFailed["reason"], message: string, output?: string) {
    super(message);
    this.name = "RunFailed";
    this.reason = reason;
    this.output = output;
  }
}

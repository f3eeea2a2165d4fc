/** Why a run failed, for its condition; retrying would not help. */
export class RunFailed extends Error {
  readonly reason: "TargetGone" | "TimedOut" | "Unsupported" | "Refused";

  constructor(reason: RunFailed["reason"], message: string) {
    super(message);
    this.name = "RunFailed";
    this.reason = reason;
  }
}

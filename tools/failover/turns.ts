/** A change that a manager sent to the API server, as the server or what stands before it saw it. */
export interface Change {
  by: string;
  /** Milliseconds, on the clock that all changes share. */
  at: number;
  what: string;
  /** Whether it got or kept the lease, which it then holds until another gets it. */
  leads: boolean;
  /** Whether it was about the lease at all: who asks for it in vain has broken nothing. */
  onLease: boolean;
}

/**
 * Who led, in turn, and what somebody changed while another led. A busy machine may give the lease back to one who had
 * lost it: what it changes from then on is in its turn again.
 */
export function turns(changes: readonly Change[]): { leaders: string[]; outOfTurn: string[] } {
  const leaders: string[] = [];
  const outOfTurn: string[] = [];
  for (const { by, what, leads, onLease } of changes.toSorted((one, other) => one.at - other.at)) {
    if (leads && leaders.at(-1) !== by) leaders.push(by);
    else if (!onLease && leaders.length > 0 && leaders.at(-1) !== by) outOfTurn.push(`${by}: ${what}`);
  }
  return { leaders, outOfTurn };
}

/** What something asks of the cluster while it is there, and what that costs. */
export interface Estimate {
  /** Cores. */
  cpu: number;
  /** Bytes. */
  memory: number;
  /** Bytes. */
  storage: number;
  loadBalancers: number;
  /** A size that is left out is the operator's usual one: it may be more. */
  least?: boolean;
  /** Of a month, in integer micro-units of the currency; absent where there are no prices. */
  cost?: { currency: string; monthlyMicros: number };
}

/** One object before and after a change; a new one has no `before`. */
export interface EstimatedObject {
  kind: string;
  name: string;
  /** An operator makes it, as far as its provider can tell. */
  expected?: true;
  before?: Estimate;
  after: Estimate;
}

/** What a change makes of what is requested and paid for. */
export interface ChangeEstimate {
  objects: EstimatedObject[];
  /** What their declarations could not tell. */
  unread: { kind: string; name: string }[];
}

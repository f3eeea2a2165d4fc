import type { ObjectReference } from "./kubernetes.ts";
import type { ReasonCode, ReasonParams } from "./reasons.ts";

/** A sentence of a server's, with which one it is, for pages that word it themselves. */
interface Worded {
  message?: string;
  reason?: ReasonCode;
  params?: ReasonParams;
}

export interface TroubledContainer {
  name: string;
  image: string;
  ready: boolean;
  restarts: number;
  /** `running`, or why it waits or ended. */
  state: string;
  exitCode?: number;
  /** Its last lines; `previous`: of the run before, which ended. */
  log?: { text: string; previous: boolean };
}

/** All that is known of how an installation fares, at one moment, with secrets masked. */
export interface Troubleshooting {
  at: string;
  name: string;
  namespace: string;
  title?: string;
  image: string;
  digest?: string;
  phase?: string;
  revision?: number;
  createdAt?: string;
  /** The status' own sentence. */
  said: Worded & { code?: string; object?: ObjectReference };
  conditions: { type: string; status: string; reason: string; message: string; since: string }[];
  objects: (Worded & { apiVersion: string; kind: string; name: string; health: string })[];
  pods: { name: string; phase: string; node?: string; containers: TroubledContainer[] }[];
  /** The newest first. */
  events: { at: string; type: string; reason: string; message: string; object: string; count: number }[];
  /**
   * Whether logs are part of it. They are left out for who may not read the workspace's Secrets: what must not be shown
   * could not be told from the rest. So it is where there is too much in these to be looked for.
   */
  logs: "read" | "withheld" | "too-many-secrets";
  /** More pods than are looked at. */
  morePods: number;
}

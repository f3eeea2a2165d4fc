/**
 * What a registry answers a publisher: `found` with tags, `empty` without; `credentials` when it asks who one is and
 * nothing is kept for it, `refused` when it does not take what is kept; `forbidden` when the Hub may not connect to it.
 */
export type SourceState =
  | "found"
  | "empty"
  | "credentials"
  | "refused"
  | "not-found"
  | "forbidden"
  | "not-a-registry"
  | "busy"
  | "unreachable";

/** `POST /api/hub/sources` */
export interface SourceCheck {
  state: SourceState;
  /** Host and port. */
  registry: string;
  tags: number;
  /** The registry client's own words for what failed, with the rule where one forbids it. */
  message?: string;
}

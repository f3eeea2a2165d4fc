import { open } from "node:fs/promises";

/** What the measurement reads of an audit event (audit.k8s.io/v1, level Metadata). */
export interface AuditEvent {
  verb: string;
  requestURI: string;
  user: { username: string };
  impersonatedUser?: { username: string };
  objectRef?: { resource?: string; namespace?: string; name?: string; subresource?: string };
  responseStatus?: { code?: number };
  requestReceivedTimestamp: string;
  stage: string;
}

const WRITES = new Set(["create", "update", "patch", "delete", "deletecollection"]);

/** Whether the request changes what is stored: not a dry run, not a question. */
export function isWrite({ verb, requestURI, objectRef }: AuditEvent): boolean {
  if (!WRITES.has(verb) || requestURI.includes("dryRun=All")) return false;
  return (
    !/(access|self\w+|token)reviews$/.test(objectRef?.resource ?? "") && objectRef?.subresource !== "token"
  );
}

/** The renewal of the leader's lease is a write that never rests; it is counted apart. */
export function isLease({ objectRef }: AuditEvent): boolean {
  return objectRef?.resource === "leases";
}

/** Follows an API server's audit log: each call gives the events of one account since the last. */
export class Audit {
  readonly #path: string;
  #offset = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Completed requests of the accounts since the last call. */
  async since(accounts: readonly string[]): Promise<AuditEvent[]> {
    const file = await open(this.#path);
    try {
      const { size } = await file.stat();
      const buffer = Buffer.alloc(size - this.#offset);
      await file.read(buffer, 0, buffer.length, this.#offset);
      const end = buffer.lastIndexOf(10) + 1;
      this.#offset += end;
      const wanted = new Set(accounts);
      return buffer
        .subarray(0, end)
        .toString("utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as AuditEvent)
        .filter(({ stage, user }) => stage === "ResponseComplete" && wanted.has(user.username));
    } finally {
      await file.close();
    }
  }
}

/** `verb resource` (and `dry run`) with how often, the most frequent first. */
export function tally(events: readonly AuditEvent[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { verb, objectRef, requestURI } of events) {
    const what = [objectRef?.resource ?? requestURI.split("?")[0], objectRef?.subresource]
      .filter(Boolean)
      .join("/");
    const key = `${verb} ${what}${requestURI.includes("dryRun=All") ? " (dry run)" : ""}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}

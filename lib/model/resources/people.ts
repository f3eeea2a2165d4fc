import type { Resource } from "./resource.ts";

/**
 * A signed-in browser or command line, in the system namespace; deleting it signs it out. Named by a hash of its id. The
 * short-lived steps of a command line's sign-in are kept as Sessions too, under other names, so that any replica can
 * take the next one.
 */
export type Session = Resource<
  "Session",
  {
    user: string;
    expiresAt: string;
    userAgent?: string;
    /** Absent: a browser. `request`, `approval` and `refusal` are steps of a command line's sign-in, and sign nobody in. */
    purpose?: "cli" | "request" | "approval" | "refusal";
    /** What the machine of the command line calls itself. */
    host?: string;
    /** What whoever takes the next step has to prove they know: a SHA-256, never the thing itself. */
    proof?: string;
    redirectUri?: string;
  },
  { lastSeenAt?: string }
>;

/**
 * Somebody who asked for a workspace: cluster-scoped, named by the uid. The web server creates it at the first sign-in;
 * the manager makes the namespace `ns-<uid>` for it, so that the web server needs no right to make roles.
 */
export type Tenant = Resource<
  "Tenant",
  { subject: string; displayName?: string; email?: string },
  {
    phase?: "Pending" | "Ready" | "Failed";
    namespace?: string;
    message?: string;
    observedGeneration?: number;
  }
>;

export type Severity = "info" | "warning" | "critical";

/** What administrators tell everybody who is signed in; cluster-scoped. */
export type Announcement = Resource<
  "Announcement",
  {
    title: string;
    /** Markdown */
    text?: string;
    i18n?: Record<string, { title?: string; text?: string }>;
    /** Default: info. */
    severity?: Severity;
    /** Shown from then until then (RFC 3339); else at once and until it is deleted. */
    from?: string;
    until?: string;
  }
>;

export type TenantRole = "owner" | "editor" | "viewer";

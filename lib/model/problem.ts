import type { ReasonCode } from "./reasons.ts";

/** Every problem the API can answer with (RFC 9457). One table: code, HTTP status, English title. */
export const problems = {
  "bad-request": { status: 400, title: "The request is not valid" },
  "signed-out": { status: 401, title: "You are signed out" },
  forbidden: { status: 403, title: "You may not do this" },
  "not-found": { status: 404, title: "Not found" },
  "already-exists": { status: 409, title: "It already exists" },
  conflict: { status: 409, title: "It changed in the meantime" },
  "instances-exist": { status: 409, title: "Instances still exist" },
  "not-ours": { status: 409, title: "An object of that name belongs to somebody else" },
  "input-missing": { status: 422, title: "An input is missing" },
  "input-invalid": { status: 422, title: "An input is not valid" },
  "image-invalid": { status: 422, title: "The image is not valid" },
  "image-unsigned": { status: 422, title: "The image is not signed as it has to be" },
  "image-unknown": { status: 404, title: "There is no such image" },
  "expression-failed": { status: 422, title: "An expression of the image failed" },
  "manifest-refused": { status: 422, title: "A manifest of the image is refused" },
  "kind-missing": { status: 422, title: "The cluster does not serve a kind that the image needs" },
  "not-granted": { status: 422, title: "A cluster administrator has to allow this first" },
  "tool-missing": { status: 503, title: "A program that the console needs is missing" },
  "command-failed": { status: 422, title: "The image's command did not run" },
  "revision-damaged": { status: 422, title: "A kept revision cannot be read" },
  "quota-exceeded": { status: 422, title: "The quota of the workspace is too small" },
  "budget-reached": { status: 422, title: "The budget of the workspace is spent" },
  "immutable-field": { status: 422, title: "A field cannot be changed once it is there" },
  "rejected-by-cluster": { status: 422, title: "The cluster refused an object" },
  "too-large": { status: 413, title: "The request is too large" },
  "too-many": { status: 429, title: "Too many requests" },
  "cluster-unreachable": { status: 503, title: "The cluster does not answer" },
  internal: { status: 500, title: "The console failed" },
} as const;

export type ProblemCode = keyof typeof problems;

/** What is wrong with one input or form field. */
export interface FieldProblem {
  field: string;
  message: string;
  reason?: ReasonCode;
  params?: Record<string, string | number>;
}

/** `application/problem+json`. `type` is `about:blank#<code>`; `code` is repeated for clients. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  /** What happened, to what, and what to do, in the reader's language. */
  detail?: string;
  /** Which sentence the detail is, for a client that words it itself, with `params`. */
  reason?: ReasonCode;
  params?: Record<string, string | number>;
  /** Per input or form field. */
  fields?: FieldProblem[];
  instance?: string;
  requestId?: string;
}

/** The one error type of the servers: a problem that knows its code. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  /** The sentence, where it is one of the table of reasons. */
  readonly reason: ReasonCode | undefined;
  readonly params: Record<string, string | number>;
  readonly fields: FieldProblem[];

  constructor(
    code: ProblemCode,
    detail: string,
    extra: {
      reason?: ReasonCode;
      params?: Record<string, string | number>;
      fields?: FieldProblem[];
      cause?: unknown;
    } = {},
  ) {
    super(detail, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.name = "ProblemError";
    this.code = code;
    this.reason = extra.reason;
    this.params = extra.params ?? {};
    this.fields = extra.fields ?? [];
  }
}

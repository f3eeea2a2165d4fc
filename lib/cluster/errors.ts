import type { Status } from "./types.ts";

/** Characters of a message; what is refused is printed in it whole, and may be a megabyte. */
const MOST = 10_000;
const END = 2_000;

/**
 * An answer of the API server other than 2xx, or none at all (`status` 0, reason `Unreachable`).
 * The message is the server's own, of a very long one its beginning and its end.
 */
export class ApiError extends Error {
  override name = "ApiError";
  status: number;
  reason: string;
  body?: Status;
  retryAfterSeconds?: number;

  constructor(
    status: number,
    message: string,
    options: { reason?: string; body?: Status; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(shortened(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.status = status;
    this.reason = options.reason ?? options.body?.reason ?? "";
    this.body = options.body;
    this.retryAfterSeconds = options.retryAfterSeconds ?? options.body?.details?.retryAfterSeconds;
  }

  /** From a `Status` object, as a watch's ERROR event carries one. */
  static fromStatus(body: Status): ApiError {
    return new ApiError(body.code ?? 500, body.message ?? "the server reported an error", { body });
  }
}

const has = (error: unknown, status: number): error is ApiError =>
  error instanceof ApiError && error.status === status;

/** True for a missing object and for a kind that the server does not serve. */
export const isNotFound = (error: unknown): error is ApiError => has(error, 404);
export const isForbidden = (error: unknown): error is ApiError => has(error, 403);
/** A precondition or resource version did not hold: read again, then retry. */
export const isConflict = (error: unknown): error is ApiError =>
  has(error, 409) && error.reason !== "AlreadyExists";
export const isAlreadyExists = (error: unknown): error is ApiError =>
  has(error, 409) && error.reason === "AlreadyExists";
/** The resource version is too old to continue from: list again. */
export const isGone = (error: unknown): error is ApiError => has(error, 410);
/** No answer, or one of a proxy that got none: the same request may work later. */
export const isUnreachable = (error: unknown): error is ApiError =>
  error instanceof ApiError && [0, 502, 503, 504].includes(error.status);

function shortened(message: string): string {
  return message.length <= MOST ? message : `${message.slice(0, MOST - END)} … ${message.slice(-END)}`;
}

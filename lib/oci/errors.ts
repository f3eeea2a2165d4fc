/** What went wrong, as programs ask for it. */
export type OciErrorCode =
  | "invalid-reference"
  /** The registry wants credentials, or not these. */
  | "unauthorized"
  /** The credentials are good and do not allow this. */
  | "denied"
  | "not-found"
  | "too-large"
  | "digest-mismatch"
  | "size-mismatch"
  /** An index or manifest list, where one image was asked for. */
  | "manifest-list"
  /** Not the JSON that the specification asks for. */
  | "invalid-manifest"
  /** Well formed, and nothing that we read or the registry does. */
  | "unsupported"
  | "not-a-registry"
  | "rate-limited"
  /** No answer, a broken connection, or an error of the server's own. */
  | "unreachable"
  | "timeout"
  /** An address that whoever gave us `fetch` does not let us connect to. */
  | "forbidden-address"
  | "credential-helper";

/** A failure of a registry, a layout or a reference; the message says what, to what, why, and the way out. */
export class OciError extends Error {
  override name = "OciError";
  readonly code: OciErrorCode;
  /** HTTP status; 0 when there was no answer. */
  readonly status?: number;
  readonly retryAfterSeconds?: number;

  constructor(
    code: OciErrorCode,
    message: string,
    options: { status?: number; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    const silent = code === "unreachable" || code === "timeout" ? 0 : undefined;
    const status = options.status ?? (code === "not-found" ? 404 : silent);
    if (status !== undefined) this.status = status;
    if (options.retryAfterSeconds !== undefined) this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

export function isOciError(error: unknown, ...codes: OciErrorCode[]): error is OciError {
  return error instanceof OciError && (codes.length === 0 || codes.includes(error.code));
}

/** The failure that hides among the causes of what `fetch` threw. */
export function ociCause(error: unknown): OciError | undefined {
  for (let each = error; each instanceof Error; each = each.cause) if (each instanceof OciError) return each;
  return undefined;
}

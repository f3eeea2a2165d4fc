import type { ApiError } from "./errors.ts";

/** What decides whether a request may be sent once more. */
export interface Attempted {
  method: string;
  contentType?: string;
  dryRun?: boolean;
  body?: unknown;
}

const LONGEST_WAIT_MS = 10_000;
/** Without word from the server: how often at most, and how long the first wait is. */
const BLIND_RETRIES = 3;
const BLIND_WAIT_MS = 100;
/** A new quota is counted within a moment, of new kinds within half a minute; until then it refuses whatever it limits. */
const UNCOUNTED = /status unknown for quota/;
const UNCOUNTED_WAIT_MS = 500;

/** Whether sending the request twice leaves the cluster as sending it once would. */
function isIdempotent({ method, contentType, dryRun }: Attempted): boolean {
  return method === "GET" || method === "HEAD" || dryRun === true || isApply(contentType);
}

const isApply = (contentType = "") => contentType.startsWith("application/apply-patch");

/** A second POST of an object whose name the server makes up makes a second object. */
function makesUpNames({ method, body }: Attempted): boolean {
  const { name, generateName } =
    (body as { metadata?: { name?: string; generateName?: string } } | undefined)?.metadata ?? {};
  return method === "POST" && !name && generateName !== undefined;
}

/**
 * How long to wait before the request is sent again, in milliseconds; undefined: it must not be. `failures` counts the
 * attempts so far. 429 says that nothing was done, so any request is repeated; so is one that a 503 with Retry-After
 * turned away, unless it could make two objects of one. Whether other failures left something behind is unknown: only
 * what is idempotent is repeated after them. A quota that is not counted yet turned the request away as well. A 500 without a reason is kube-apiserver's way of refusing an apply for good.
 */
export function retryDelayMs(
  error: ApiError,
  request: Attempted,
  failures: number,
  random: () => number = Math.random,
): number | undefined {
  const { status, reason, retryAfterSeconds } = error;
  if (status === 403 && UNCOUNTED.test(error.message))
    return UNCOUNTED_WAIT_MS * 2 ** (failures - 1) * (0.75 + random() * 0.5);
  const idempotent = isIdempotent(request);
  const told = retryAfterSeconds !== undefined;
  const turnedAway = status === 429 || (status === 503 && told && !makesUpNames(request));
  if (!turnedAway && !(idempotent && (status === 0 || status >= 500))) return undefined;
  if (told) return Math.min(LONGEST_WAIT_MS, Math.max(100, retryAfterSeconds * 1000));
  if (status === 500 && reason !== "InternalError" && reason !== "ServerTimeout") return undefined;
  if (failures > BLIND_RETRIES || reason === "Timeout") return undefined;
  return BLIND_WAIT_MS * 2 ** (failures - 1) * (0.75 + random() * 0.5);
}

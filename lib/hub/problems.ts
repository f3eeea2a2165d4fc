import type { ApiError } from "../cluster/index.ts";
import { quotaRefusal } from "../install/quota.ts";
import type { Locale } from "../model/locale.ts";
import { type Problem, ProblemError, problems } from "../model/problem.ts";
import { SpokenProblem, say } from "./messages.ts";
import { chineseTitles } from "./sentences/titles.ts";

/** The `application/problem+json` body (RFC 9457) for anything that was thrown. Tells nothing about our own faults. */
export function toProblem(
  error: unknown,
  context: { locale: Locale; requestId: string; instance?: string },
): Problem {
  const known = knownProblem(error);
  const { status, title } = problems[known.code];
  const detail = isSpoken(known) ? say(known.sentence, known.params, context.locale) : known.message;
  const said = isSpoken(known)
    ? known.said.map(({ field, sentence, params }) => ({
        field,
        message: say(sentence, params, context.locale),
      }))
    : [];
  const fields = [...known.fields, ...said];
  return {
    type: `about:blank#${known.code}`,
    title: context.locale === "zh" ? chineseTitles[known.code] : title,
    status,
    code: known.code,
    detail,
    ...(known.reason && { reason: known.reason }),
    ...(Object.keys(known.params).length > 0 && { params: known.params }),
    ...(fields.length > 0 && { fields }),
    ...(context.instance && { instance: context.instance }),
    requestId: context.requestId,
  };
}

/** The error as one of the project's problems; what nobody expected becomes `internal`. */
export function knownProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (isProblemLike(error)) return error;
  if (isApiError(error)) return fromApi(error);
  return new SpokenProblem("console-failed", {}, { cause: error });
}

/** By name: a bundle may hold the class a second time. */
export function isApiError(error: unknown): error is ApiError {
  return (
    error instanceof Error &&
    error.name === "ApiError" &&
    "status" in error &&
    typeof error.status === "number"
  );
}

/** Bundles may hold the class twice; the name and a known code are what counts. */
function isProblemLike(error: unknown): error is ProblemError {
  return (
    error instanceof Error &&
    error.name === "ProblemError" &&
    "code" in error &&
    typeof error.code === "string" &&
    Object.hasOwn(problems, error.code)
  );
}

function isSpoken(error: ProblemError): error is SpokenProblem {
  return "sentence" in error && typeof error.sentence === "string";
}

const MANIFEST_FAULT =
  /field not declared in schema|duplicate entries for key|failed to create typed patch|expected (map|list|string|numeric|boolean)/;

function fromApi(error: ApiError): ProblemError {
  const cause = { cause: error };
  const params = { message: clean(error.message) };
  if ([0, 502, 503, 504].includes(error.status)) return new SpokenProblem("cluster-away", {}, cause);
  if (error.reason === "AlreadyExists") return new SpokenProblem("object-exists", params, cause);
  const exceeded = error.status === 403 ? quotaRefusal(error.message) : undefined;
  if (exceeded?.reason === "quota-count") return new SpokenProblem("quota-count", exceeded.params, cause);
  if (error.status === 403 && /exceeded quota/.test(error.message))
    return new SpokenProblem("quota-reached", params, cause);
  if (error.status === 403 && /status unknown for quota/.test(error.message))
    return new SpokenProblem("quota-uncounted", {}, cause);
  if (error.status === 403) return new SpokenProblem("may-not", params, cause);
  if (error.status === 404) return new SpokenProblem("object-unknown", params, cause);
  if (error.status === 409) return new SpokenProblem("object-changed", {}, cause);
  if (error.status === 429) return new SpokenProblem("cluster-busy", {}, cause);
  const refused = [400, 413, 415, 422].includes(error.status);
  if (refused || (error.status === 500 && MANIFEST_FAULT.test(error.message)))
    return new SpokenProblem("cluster-refused", params, { ...cause, fields: fieldsOf(error) });
  // 401 means that our own credentials are refused: nothing the reader can do about.
  return new SpokenProblem("console-failed", {}, cause);
}

/** What `Status.details.causes` says about fields, in the words of the API server. */
export function fieldsOf(error: ApiError): { field: string; message: string }[] {
  return (error.body?.details?.causes ?? []).flatMap(({ field, message }) =>
    field && message ? [{ field: field.replace(/^<nil>$/, ""), message }] : [],
  );
}

/** Without the account's name: the reader is a person, and the sentence is about them. */
function clean(message: string): string {
  return message.replace(/User "system:serviceaccount:[^"]*"/g, "your account").slice(0, 2000);
}

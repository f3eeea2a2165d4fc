import { connection } from "./connection";
import { ApiProblem, makeProblem, readProblem } from "./problem";

export { ApiProblem } from "./problem";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * One request to our own server. `path` begins with `/api/`. Answers the parsed JSON (undefined for 204).
 * Throws `ApiProblem`; a 401 also opens the sign-in dialog, so callers need not care.
 */
export async function api<T>(
  method: Method,
  path: string,
  body?: unknown,
  options: {
    signal?: AbortSignal /** Goes on when the page is left; bodies up to 64 KiB. */;
    keepalive?: boolean;
  } = {},
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: {
        accept: "application/json, application/problem+json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(method === "GET" ? {} : { "x-requested-with": "sealos-hub" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(options.keepalive ? { keepalive: true } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiProblem(makeProblem("cluster-unreachable"), { offline: true, cause });
  }
  if (!response.ok) {
    const problem = await readProblem(response);
    if (problem.code === "signed-out") connection.signedOut("expired");
    throw new ApiProblem(problem);
  }
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** `seg`ments of a path, each encoded. */
export function apiPath(...segments: string[]): string {
  return `/api/${segments.map(encodeURIComponent).join("/")}`;
}

import type { RequestContext } from "./request.ts";
import { internal, NoSuchPath, type Status, StatusError } from "./status.ts";

function headers(
  context: Pick<RequestContext, "response" | "warnings">,
  type: string,
): Record<string, string | string[]> {
  return {
    "Content-Type": type,
    "Cache-Control": "no-cache, private",
    ...(context.warnings.length > 0 && {
      Warning: context.warnings.map(
        (warning) => `299 - "${warning.replace(/[\\"]/g, "\\$&").replace(/[^\x20-\x7e]/g, "?")}"`,
      ),
    }),
  };
}

/** Answers with JSON text, or with an object as JSON. */
export function send(
  context: Pick<RequestContext, "response" | "warnings">,
  code: number,
  body: string | object,
  type = "application/json",
): void {
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const { response } = context;
  response.writeHead(code, { ...headers(context, type), "Content-Length": bytes.length });
  response.end(bytes);
}

const CHUNK = 256 << 10;

/** Answers with text that is made while it is sent, so that a long list is never held as one string. */
export async function sendPieces(
  context: RequestContext,
  code: number,
  pieces: Iterable<string>,
): Promise<void> {
  const { response } = context;
  response.writeHead(code, headers(context, "application/json"));
  let chunk: string[] = [];
  let size = 0;
  for (const piece of pieces) {
    chunk.push(piece);
    size += piece.length;
    if (size < CHUNK) continue;
    const more = response.write(chunk.join(""));
    chunk = [];
    size = 0;
    if (!more && !response.destroyed) await new Promise<void>((resolve) => waitForDrain(response, resolve));
    if (response.destroyed) return;
  }
  response.end(chunk.join(""));
}

function waitForDrain(response: RequestContext["response"], resolve: () => void): void {
  const done = () => {
    response.off("drain", done);
    response.off("close", done);
    resolve();
  };
  response.on("drain", done);
  response.on("close", done);
}

export function sendError(context: Pick<RequestContext, "response" | "warnings">, error: unknown): void {
  const { response } = context;
  if (error instanceof NoSuchPath && !response.headersSent) {
    if (error.text === "") response.writeHead(404, { "Content-Length": 0 }).end();
    else send(context, 404, error.text, "text/plain; charset=utf-8");
    return;
  }
  const failure = error instanceof StatusError ? error : internal(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  for (const [name, value] of Object.entries(failure.headers)) response.setHeader(name, value);
  const retry = failure.status.details?.retryAfterSeconds;
  if (retry) response.setHeader("Retry-After", String(retry));
  send(context, failure.status.code, failure.status);
}

export function success(details: Status["details"]): Status {
  const status: Status = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details,
    code: 200,
  };
  const { code: _code, ...rest } = status;
  return rest as Status;
}

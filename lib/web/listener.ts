import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { requestIdOf, securityHeaders } from "../auth/answer-headers.ts";
import { isMisdirected, MISDIRECTED } from "../auth/host.ts";
import { EventStreamResponse } from "./event-stream.ts";
import { findStreamRoute } from "./routes/index.ts";

export interface ListenerOptions {
  /** Answers everything that is no stream: pages, and the rest of the API. */
  rest: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  onError: (error: unknown) => void;
  environment?: Record<string, string | undefined>;
}

/**
 * Answers streams itself and hands everything else on: what Next.js holds for as long as a request lasts is nothing for
 * a page, and counts for a thousand streams.
 */
export function createListener(options: ListenerOptions): RequestListener {
  const { rest, onError, environment = process.env } = options;
  return (request, response) => {
    const url = URL.parse(request.url ?? "/", "http://localhost");
    const found = url && request.method === "GET" ? findStreamRoute(url) : undefined;
    const answered = found
      ? answerStream(request, response, url?.href ?? "", found, environment)
      : rest(request, response);
    answered.catch((error: unknown) => {
      onError(error);
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
      response.end();
    });
  };
}

async function answerStream(
  request: IncomingMessage,
  response: ServerResponse,
  url: string,
  { route, params }: NonNullable<ReturnType<typeof findStreamRoute>>,
  environment: Record<string, string | undefined>,
): Promise<void> {
  if (isMisdirected(request.headers.host, environment)) {
    response.writeHead(421, { "content-type": "text/plain; charset=utf-8" }).end(MISDIRECTED);
    return;
  }
  const headers = headersOf(request);
  headers.set("x-request-id", requestIdOf(headers.get("x-request-id")));
  const answer = await route(new Request(url, { headers }), { params: Promise.resolve(params) });
  response.setHeaders(new Headers(securityHeaders(environment.HUB_URL)));
  response.setHeaders(answer.headers);
  response.statusCode = answer.status;
  if (answer instanceof EventStreamResponse) {
    // Nobody may be there any more, and still what was taken for the stream has to be given back.
    if (!response.destroyed) response.flushHeaders();
    answer.start(response);
  } else response.end(Buffer.from(await answer.arrayBuffer()));
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(request.headersDistinct))
    for (const value of values) headers.append(name, value);
  return headers;
}

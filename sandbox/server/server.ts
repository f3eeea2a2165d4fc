import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { forbiddenMessage, impersonate } from "../access/index.ts";
import { impersonated, type User } from "./authentication.ts";
import type { Attributes } from "./authorization.ts";
import type { Backend } from "./cluster.ts";
import { servePath } from "./paths.ts";
import { type RequestContext, type RequestInfo, requestInfo } from "./request.ts";
import { serveResource } from "./resources.ts";
import { sendError } from "./respond.ts";
import { NoSuchPath, StatusError } from "./status.ts";

/** Answers a request that is not for the API, by its Host header; false when it is not its business. */
export type PageHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface ListenOptions {
  port: number;
  page?: PageHandler;
}

/** The API over HTTP on the loopback interface. */
export async function listen(backend: Backend, options: ListenOptions) {
  const server: Server = createServer((request, response) => {
    if (options.page?.(request, response)) return;
    void handle(backend, request, response);
  });
  server.keepAliveTimeout = 60_000;
  server.requestTimeout = 0;
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? new Error(`port ${options.port} is in use`) : error);
    });
    server.listen(options.port, "127.0.0.1", () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close(): Promise<void> {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function handle(backend: Backend, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const warnings: string[] = [];
  try {
    const url = new URL(request.url ?? "/", "http://localhost");
    const now = backend.now();
    const info = requestInfo(request.method ?? "GET", url.pathname, url.searchParams);
    const user = identify(backend, request, info, url.searchParams, now);
    const context: RequestContext = { request, response, query: url.searchParams, info, user, warnings, now };
    authorize(backend, context);
    if (info.resource) await serveResource(backend, context);
    else servePath(backend, context);
  } catch (error) {
    if (!(error instanceof StatusError || error instanceof NoSuchPath))
      console.error(`sandbox: ${request.method} ${request.url}:`, error);
    sendError({ response, warnings }, error);
  }
}

/** Who asks, after impersonation. Throws 401 or 403. */
function identify(
  backend: Backend,
  request: IncomingMessage,
  info: RequestInfo,
  query: URLSearchParams,
  now: Date,
): User {
  const user = backend.tokens.authenticate(request.headers, now.getTime());
  const wanted = impersonated(request.headers);
  if (!wanted) return user;
  const result = impersonate(user, wanted, attributesOf(info, query), backend.access);
  if ("user" in result) return result.user;
  const { resource = "", name = "", group = "" } = result.attributes;
  throw refusal({ ...info, plural: resource || info.plural, name, group }, result.forbidden);
}

function attributesOf(info: RequestInfo, query: URLSearchParams): Attributes {
  const { verb, group, version, plural, subresource, namespace, path } = info;
  // Who may read one object by name may also list and watch it, if they select it by that name.
  const selected = /(?:^|,)metadata\.name==?([^,]+)/.exec(query.get("fieldSelector") ?? "")?.[1];
  const name = info.name || (verb === "list" || verb === "watch" ? (selected ?? "") : "");
  return info.resource
    ? { verb, group, version, resource: plural, subresource, namespace, name }
    : { verb, path };
}

function refusal(info: RequestInfo, message: string): StatusError {
  const { resource, name, group, plural } = info;
  return new StatusError(
    403,
    "Forbidden",
    message,
    resource ? { ...(name && { name }), ...(group && { group }), kind: plural } : {},
  );
}

function authorize(backend: Backend, { info, user, query }: RequestContext): void {
  const attributes = attributesOf(info, query);
  const { allowed, reason } = backend.access.authorize(user, attributes);
  if (!allowed) throw refusal(info, forbiddenMessage(user, attributes, reason));
}

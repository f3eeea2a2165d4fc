import type { z } from "zod";
import { localeOf } from "../hub/locale.ts";
import { SpokenProblem } from "../hub/messages.ts";
import type { Locale } from "../model/locale.ts";
import { server } from "./handle.ts";
import type { Visitor } from "./identify.ts";
import type { Server } from "./server.ts";

type Params = Record<string, string | string[]>;

export interface RouteDefinition {
  /** Unique; the name of the operation in the API description, in logs and metrics. */
  id: string;
  summary: string;
  /** `public`: nobody is asked who they are. Default: a signed-in visitor. */
  access?: "public" | "visitor" | "administrator";
  /** `program`: it shows a secret of its own and no cookie, so no other site's page can make a browser send it. */
  caller?: "program";
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** Of the good answer; documentation and a check in tests. */
  answer?: z.ZodType;
  status?: number;
  /** Media type of the good answer when it is not JSON. */
  produces?: string;
  maxBodyBytes?: number;
}

export interface RouteContext<Definition extends RouteDefinition> extends Server {
  request: Request;
  requestId: string;
  locale: Locale;
  visitor: Definition["access"] extends "public" ? Visitor | undefined : Visitor;
  params: Output<Definition["params"]>;
  query: Output<Definition["query"]>;
  body: Output<Definition["body"]>;
}

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** A handler as Next.js calls it, with its definition attached for the API description and for tests. */
export interface Route {
  (request: Request, context: { params: Promise<Params> }): Promise<Response>;
  definition: RouteDefinition;
}

const MAX_BODY = 1024 * 1024;

/**
 * Makes a route: who may call it, what it takes, what it answers, in one definition. Whatever is thrown becomes
 * `application/problem+json`; every request is logged and measured.
 */
export function route<const Definition extends RouteDefinition>(
  definition: Definition,
  handle: (context: RouteContext<Definition>) => Promise<Response | object | undefined>,
): Route {
  const run = async (request: Request, { params }: { params: Promise<Params> }): Promise<Response> => {
    const started = performance.now();
    const current = server();
    const requestId = request.headers.get("x-request-id") ?? crypto.randomUUID();
    const locale = localeOf(request.headers);
    let visitor: Visitor | undefined;
    let response: Response;
    let failure: unknown;
    try {
      if (request.method !== "GET" && request.method !== "HEAD" && definition.caller !== "program")
        refuseCrossSite(request, current.hub.config.url);
      if (definition.access !== "public") visitor = await current.requireVisitor(request);
      if (definition.access === "administrator" && !visitor?.administrator)
        throw new SpokenProblem("administrators-only");
      const context = {
        ...current,
        request,
        requestId,
        locale,
        visitor,
        params: parse(definition.params, await params),
        query: parse(definition.query, queryOf(request)),
        body:
          definition.body &&
          parse(definition.body, await readJson(request, definition.maxBodyBytes ?? MAX_BODY)),
      };
      const result = await current.workingFor(visitor?.uid ?? "", () =>
        handle(context as RouteContext<Definition>),
      );
      response = answer(result, definition.status ?? 200);
    } catch (error) {
      failure = error;
      response = problemResponse(current, error, {
        locale,
        requestId,
        instance: new URL(request.url).pathname,
      });
    }
    response.headers.set("x-request-id", requestId);
    report(current, definition.id, request.method, response.status, performance.now() - started, {
      requestId,
      uid: visitor?.uid,
      failure,
    });
    return response;
  };
  return Object.assign(run, { definition });
}

/** The problem of anything that was thrown, as an answer. */
export function problemResponse(
  current: Server,
  error: unknown,
  context: { locale: Locale; requestId: string; instance: string },
): Response {
  const problem = current.operations.toProblem(error, context);
  const seconds = problem.params?.seconds;
  return Response.json(problem, {
    status: problem.status,
    headers: {
      "content-type": "application/problem+json",
      "content-language": context.locale,
      "cache-control": "no-store",
      ...(problem.code === "too-many" && { "retry-after": String(seconds ?? 1) }),
    },
  });
}

/**
 * Another site's page can make a browser send our cookie, but neither this header nor, with Fetch Metadata, a
 * `same-origin` request (https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html).
 */
function refuseCrossSite(request: Request, ownUrl: string): void {
  const { headers } = request;
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  const hosts = [new URL(ownUrl).host, headers.get("host"), new URL(request.url).host];
  const sameOrigin = !origin || (URL.canParse(origin) && hosts.includes(new URL(origin).host));
  const sameSite = !site || site === "same-origin" || site === "none";
  if (headers.get("x-requested-with") !== "sealos-hub" || !sameOrigin || !sameSite)
    throw new SpokenProblem("cross-site");
}

function parse(schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.map(({ path, message }) => ({ field: path.join("."), message }));
  throw new SpokenProblem(
    "fields-invalid",
    { fields: fields.map(({ field }) => field || "body").join(", ") },
    { fields },
  );
}

/** A name that is given more than once is a list. */
function queryOf(request: Request): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  const { searchParams } = new URL(request.url);
  for (const name of new Set(searchParams.keys())) {
    const values = searchParams.getAll(name);
    query[name] = values.length > 1 ? values : (values[0] ?? "");
  }
  return query;
}

async function readJson(request: Request, limit: number): Promise<unknown> {
  if (Number(request.headers.get("content-length") ?? 0) > limit)
    throw new SpokenProblem("body-too-large", { limit });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw new SpokenProblem("body-too-large", { limit });
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw new SpokenProblem("body-not-json", {}, { cause });
  }
}

/** The good answer with another status than the definition's. */
export function json(result: object, status: number): Response {
  return new Response(JSON.stringify(result, withoutManagedFields), {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
}

/** Bookkeeping of the API server, often longer than the object, and of no use to a page. */
function withoutManagedFields(key: string, value: unknown): unknown {
  return key === "managedFields" ? undefined : value;
}

function answer(result: Response | object | undefined, status: number): Response {
  if (result instanceof Response) return result;
  if (result === undefined) return new Response(null, { status, headers: { "cache-control": "no-store" } });
  return json(result, status);
}

function report(
  { hub }: Server,
  routeId: string,
  method: string,
  status: number,
  ms: number,
  extra: { requestId: string; uid: string | undefined; failure: unknown },
): void {
  hub.metrics.requests.observe({ route: routeId, method, status: String(status) }, ms / 1000);
  const { requestId, uid, failure } = extra;
  const fields = { requestId, route: routeId, method, status, ms: Math.round(ms * 10) / 10, uid };
  if (status >= 500) hub.log.error({ ...fields, err: failure }, "request failed");
  else hub.log.info(fields, "request");
}

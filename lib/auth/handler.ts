import type { NextApiRequest, NextApiResponse } from "next";
import NextAuthModule, { type NextAuthOptions } from "next-auth";
import type { Hub } from "../hub/hub.ts";
import { SpokenProblem } from "../hub/messages.ts";
import { readCookies } from "./cookies.ts";
import { imported } from "./imported.ts";
import { authOptions } from "./options.ts";
import { RateLimit } from "./rate-limit.ts";

const NextAuth = imported(NextAuthModule) as (
  request: NextApiRequest,
  response: NextApiResponse,
  options: NextAuthOptions,
) => Promise<unknown>;

const MAX_BODY = 16 * 1024;

/** Everything below `/api/auth/`, answered by next-auth. Throws `too-many` when one client tries too often. */
export class AuthHandler {
  readonly #hub: Hub;
  readonly #secret: string;
  readonly #perClient: RateLimit;
  readonly #all: RateLimit;

  constructor(hub: Hub, secret: string) {
    this.#hub = hub;
    this.#secret = secret;
    this.#perClient = new RateLimit(hub.config.signInLimit.client);
    this.#all = new RateLimit(hub.config.signInLimit.all);
    // next-auth then takes its own address from the request's headers, which `#internal` sets from our configuration.
    process.env.AUTH_TRUST_HOST = "1";
  }

  async handle(request: Request, segments: string[]): Promise<Response> {
    const [action = ""] = segments;
    if (action === "callback" || (action === "signin" && request.method === "POST")) this.#limit(request);
    const answer = new Answer();
    await NextAuth(
      await this.#internal(request, segments),
      answer as unknown as NextApiResponse,
      authOptions(this.#hub, this.#secret, request.headers.get("user-agent") ?? undefined),
    );
    return answer.toResponse();
  }

  #limit(request: Request): void {
    const client = clientOf(request);
    const seconds = this.#perClient.take(client) || this.#all.take("");
    if (seconds > 0) {
      this.#hub.metrics.signIns.inc({ provider: "any", result: "limited" });
      throw new SpokenProblem("sign-in-too-often", { seconds });
    }
  }

  async #internal(request: Request, segments: string[]): Promise<NextApiRequest> {
    const url = new URL(request.url);
    const own = new URL(this.#hub.config.url);
    const headers = Object.fromEntries(request.headers);
    headers["x-forwarded-host"] = own.host;
    headers["x-forwarded-proto"] = own.protocol.slice(0, -1);
    // As much of Node's request as next-auth reads.
    return {
      method: request.method,
      headers,
      cookies: readCookies(request.headers.get("cookie")),
      query: { ...Object.fromEntries(url.searchParams), nextauth: segments },
      body: await readBody(request),
    } as unknown as NextApiRequest;
  }
}

/** Who is counted: the last entry of `X-Forwarded-For`, which the proxy before us appends. */
export function clientOf(request: Request): string {
  const forwarded = request.headers.get("x-forwarded-for") ?? "";
  return forwarded.split(",").at(-1)?.trim() || "unknown";
}

async function readBody(request: Request): Promise<Record<string, unknown> | undefined> {
  if (request.method !== "POST") return undefined;
  const text = await request.text();
  if (text.length > MAX_BODY) throw new SpokenProblem("body-too-large", { limit: MAX_BODY });
  if (!request.headers.get("content-type")?.includes("application/json"))
    return Object.fromEntries(new URLSearchParams(text));
  try {
    const body: unknown = JSON.parse(text || "{}");
    return typeof body === "object" && body !== null ? { ...body } : {};
  } catch (cause) {
    throw new SpokenProblem("body-not-json", {}, { cause });
  }
}

/** As much of Node's response as next-auth writes to, turned into a web `Response`. */
class Answer {
  readonly #headers = new Headers({ "cache-control": "no-store" });
  #cookies: string[] = [];
  #status = 200;
  #body: string | null = null;

  status(status: number): this {
    this.#status = status;
    return this;
  }

  getHeader(name: string): string | string[] | undefined {
    return name.toLowerCase() === "set-cookie" ? this.#cookies : (this.#headers.get(name) ?? undefined);
  }

  setHeader(name: string, value: string | string[]): this {
    if (name.toLowerCase() === "set-cookie") this.#cookies = [value].flat();
    else this.#headers.set(name, String(value));
    return this;
  }

  json(value: unknown): void {
    this.#headers.set("content-type", "application/json");
    this.#body = JSON.stringify(value);
  }

  send(value: unknown): void {
    if (typeof value === "string") this.#body = value;
    else if (value !== undefined && value !== null) this.json(value);
  }

  end(): void {
    this.#body ??= null;
  }

  toResponse(): Response {
    for (const cookie of this.#cookies) this.#headers.append("set-cookie", cookie);
    return new Response(this.#body, { status: this.#status, headers: this.#headers });
  }
}

import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Dispatcher, Pool, ProxyAgent } from "undici";
import type { Credentials, Endpoint } from "./credentials.ts";
import { ApiError } from "./errors.ts";
import type { Status } from "./types.ts";

export type Query = Record<string, string | number | boolean | undefined>;

export interface RequestOptions {
  query?: Query;
  body?: unknown;
  /** Of the body; default `application/json`. */
  contentType?: string;
  accept?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Limit for the whole call, its retries included; default 30 s. */
  timeoutMs?: number;
}

const CREDENTIALS_KEPT_MS = 10_000;
const MAX_ATTEMPTS = 5;

/**
 * HTTP/1.1 with keep-alive to one API server. Short requests share a bounded pool; each stream has a connection of
 * its own, so that watches never starve requests.
 */
export class Connection {
  readonly #endpoint: Endpoint;
  readonly #prefix: string;
  #credentials?: { value: Promise<Credentials>; at: number };
  #dispatchers?: { fingerprint: string; requests: Dispatcher; streams: Dispatcher };

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    this.#prefix = new URL(endpoint.url).pathname.replace(/\/$/, "");
  }

  get url(): string {
    return this.#endpoint.url;
  }

  /**
   * Sends one request and returns the parsed JSON (or text, for other content types). An answer that carries
   * Retry-After (429, 5xx) is retried while the time limit allows. Throws `ApiError`; when `signal` aborts, its reason.
   */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<unknown> {
    const deadline = performance.now() + (options.timeoutMs ?? 30_000);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(method, path, options, deadline - performance.now());
      } catch (error) {
        if (!(error instanceof ApiError) || attempt >= MAX_ATTEMPTS) throw error;
        if (error.status === 401 && attempt === 1 && this.#credentials) {
          this.#credentials = undefined;
          continue;
        }
        const waitMs = retryDelayMs(error);
        if (waitMs === undefined || performance.now() + waitMs >= deadline) throw error;
        await delay(waitMs, undefined, { signal: options.signal });
      }
    }
  }

  async #once(method: string, path: string, options: RequestOptions, timeoutMs: number): Promise<unknown> {
    const timeout = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)));
    const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
    try {
      const { dispatcher, headers } = await this.#prepare("requests");
      const answer = await dispatcher.request({
        ...this.#target(method, path, options),
        headers: { ...headers, ...requestHeaders(options) },
        body: options.body === undefined ? undefined : encode(options.body),
        signal,
      });
      const text = await answer.body.text();
      if (answer.statusCode >= 300) throw failure(answer.statusCode, answer.headers, text);
      return isJson(answer.headers["content-type"]) ? JSON.parse(text) : text;
    } catch (error) {
      if (error instanceof ApiError) throw error;
      options.signal?.throwIfAborted();
      throw unreachable(this.url, timeout.aborted ? "no answer in time" : whyFailed(error), error);
    }
  }

  /**
   * Opens a streamed answer; resolves once the headers are there. Reading throws `ApiError` (status 0; reason
   * `Unreachable` when the connection breaks, `Silent` when nothing arrives for `idleTimeoutMs`).
   */
  async stream(
    path: string,
    options: RequestOptions & { idleTimeoutMs?: number } = {},
  ): Promise<AsyncGenerator<Buffer, void, undefined>> {
    const idle = new AbortController();
    const signal = options.signal ? AbortSignal.any([idle.signal, options.signal]) : idle.signal;
    const idleTimeoutMs = options.idleTimeoutMs ?? 0;
    let timer: NodeJS.Timeout | undefined;
    const touch = () => {
      if (!idleTimeoutMs) return;
      if (timer) timer.refresh();
      else timer = setTimeout(() => idle.abort(), idleTimeoutMs).unref();
    };
    const explain = (error: unknown) => {
      clearTimeout(timer);
      if (error instanceof ApiError) return error;
      if (options.signal?.aborted) return options.signal.reason;
      const silent = idle.signal.aborted;
      const why = silent ? "the stream fell silent" : whyFailed(error);
      return unreachable(this.url, why, error, silent ? "Silent" : "Unreachable");
    };
    let body: Dispatcher.ResponseData["body"];
    try {
      touch();
      const { dispatcher, headers } = await this.#prepare("streams");
      const answer = await dispatcher.request({
        ...this.#target("GET", path, options),
        headers: { ...headers, ...requestHeaders(options) },
        signal,
        headersTimeout: options.timeoutMs ?? 30_000,
        bodyTimeout: 0,
      });
      if (answer.statusCode >= 300) {
        throw failure(answer.statusCode, answer.headers, await answer.body.text());
      }
      body = answer.body;
    } catch (error) {
      throw explain(error);
    }
    return (async function* () {
      try {
        for await (const chunk of body) {
          touch();
          yield chunk as Buffer;
        }
      } catch (error) {
        throw explain(error);
      } finally {
        clearTimeout(timer);
        idle.abort();
      }
    })();
  }

  #target(method: string, path: string, options: RequestOptions) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(options.query ?? {})) {
      if (value !== undefined) query.set(name, String(value));
    }
    const text = query.toString();
    const separator = path.includes("?") ? "&" : "?";
    return {
      method: method as Dispatcher.HttpMethod,
      path: `${this.#prefix}${path}${text ? separator + text : ""}`,
    };
  }

  async #prepare(use: "requests" | "streams") {
    const now = performance.now();
    if (!this.#credentials || now - this.#credentials.at > CREDENTIALS_KEPT_MS) {
      const value = this.#endpoint.credentials();
      this.#credentials = { value, at: now };
      value.catch(() => {
        if (this.#credentials?.value === value) this.#credentials = undefined;
      });
    }
    const { headers, tls } = await this.#credentials.value;
    const fingerprint = fingerprintOf(tls);
    if (this.#dispatchers?.fingerprint !== fingerprint) {
      this.#dispatchers = {
        fingerprint,
        requests: this.#open(tls, 32),
        streams: this.#open(tls, null),
      };
    }
    return { dispatcher: this.#dispatchers[use], headers };
  }

  #open(tls: Credentials["tls"], connections: number | null): Dispatcher {
    const { origin } = new URL(this.#endpoint.url);
    const common = { keepAliveTimeout: 30_000, connections, allowH2: false };
    const { proxy } = this.#endpoint;
    if (!proxy) return new Pool(origin, { ...common, connect: { ...tls, timeout: 10_000 } });
    const agent = new ProxyAgent({ ...common, uri: proxy, requestTls: tls });
    return agent.compose((dispatch) => (options, handler) => dispatch({ ...options, origin }, handler));
  }
}

function requestHeaders(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = { accept: options.accept ?? "application/json" };
  if (options.body !== undefined) headers["content-type"] = options.contentType ?? "application/json";
  return { ...headers, ...options.headers };
}

function encode(body: unknown): string | Uint8Array {
  return typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
}

const isJson = (contentType: string | string[] | undefined) =>
  String(contentType ?? "").startsWith("application/json");

function failure(
  status: number,
  headers: Record<string, string | string[] | undefined>,
  text: string,
): ApiError {
  const seconds = Number(headers["retry-after"]);
  const retryAfterSeconds = Number.isFinite(seconds) && headers["retry-after"] ? seconds : undefined;
  if (isJson(headers["content-type"])) {
    try {
      const body = JSON.parse(text) as Status;
      if (body.message) return new ApiError(status, body.message, { body, retryAfterSeconds });
    } catch (cause) {
      return new ApiError(status, `status ${status} with a body that is no JSON`, {
        retryAfterSeconds,
        cause,
      });
    }
  }
  return new ApiError(status, text.trim().slice(0, 500) || `status ${status}`, { retryAfterSeconds });
}

/** The server says when to come back only if nothing was done, whatever the method. */
function retryDelayMs(error: ApiError): number | undefined {
  if (error.retryAfterSeconds === undefined) return undefined;
  if (error.status !== 429 && error.status < 500) return undefined;
  return Math.min(10, Math.max(0.1, error.retryAfterSeconds)) * 1000;
}

function unreachable(url: string, why: string, cause: unknown, reason = "Unreachable"): ApiError {
  return new ApiError(0, `the API server at ${url} cannot be reached: ${why}`, { reason, cause });
}

function whyFailed(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  return error.message || code || error.name;
}

function fingerprintOf(tls: Credentials["tls"]): string {
  const hash = createHash("sha256");
  for (const [name, value] of Object.entries(tls)) {
    if (value !== undefined) hash.update(name).update("\0").update(String(value)).update("\0");
  }
  return hash.digest("hex");
}

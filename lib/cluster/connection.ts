import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Dispatcher, Pool, ProxyAgent } from "undici";
import type { Credentials, Endpoint } from "./credentials.ts";
import { ApiError } from "./errors.ts";
import { type Gated, gate } from "./gate.ts";
import { type RequestInfo, requestInfo } from "./request-info.ts";
import { retryDelayMs } from "./retry.ts";
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
  /** Called each time right before the request is written to its connection; throws to withhold it. */
  admit?: () => void;
}

/** One attempt at a request, when its answer is there: for a stream, when it has begun. */
export interface RequestEvent extends RequestInfo {
  /** HTTP status; 0: no answer. */
  status: number;
  durationMs: number;
  /** 1 for the first. */
  attempt: number;
}

export interface ClientOptions {
  /** Who asks, in the API server's audit log: `program/version`. */
  userAgent?: string;
}

const CREDENTIALS_KEPT_MS = 10_000;
const MAX_ATTEMPTS = 5;
const MAX_REFUSAL_BYTES = 64 * 1024;
/** Milliseconds. A peer that has vanished is noticed by TCP itself some ten seconds after the first probe. */
const SOCKET = { timeout: 10_000, keepAlive: true, keepAliveInitialDelay: 15_000 };

/**
 * HTTP/1.1 with keep-alive to one API server. Short requests share a bounded pool; each stream has a connection of
 * its own, so that watches never starve requests.
 */
export class Connection {
  readonly #endpoint: Endpoint;
  readonly #prefix: string;
  readonly #agent: Record<string, string>;
  #credentials?: { value: Promise<Credentials>; at: number };
  readonly #listeners = new Set<(event: RequestEvent) => void>();
  #dispatchers?: { fingerprint: string; requests: Dispatcher; streams: Dispatcher };

  constructor(endpoint: Endpoint, { userAgent }: ClientOptions = {}) {
    this.#endpoint = endpoint;
    this.#agent = userAgent ? { "user-agent": userAgent } : {};
    this.#prefix = new URL(endpoint.url).pathname.replace(/\/$/, "");
  }

  get url(): string {
    return this.#endpoint.url;
  }

  /** Calls back after each attempt at a request, for metrics. Returns the way to stop it. */
  onRequest(listener: (event: RequestEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Sends one request and returns the parsed JSON (or text, for other content types). What may be repeated without harm
   * is repeated while the time limit allows (see `retryDelayMs`). Throws `ApiError`; when `signal` aborts, its reason;
   * what `admit` threw.
   */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<unknown> {
    const deadline = performance.now() + (options.timeoutMs ?? 30_000);
    const { contentType, body, query } = options;
    const attempted = { method, contentType, body, dryRun: query?.dryRun === "All" };
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(method, path, options, deadline - performance.now(), attempt);
      } catch (error) {
        if (!(error instanceof ApiError) || attempt >= MAX_ATTEMPTS) throw error;
        if (error.status === 401 && attempt === 1 && this.#credentials) {
          this.#credentials = undefined;
          continue;
        }
        const waitMs = retryDelayMs(error, attempted, attempt);
        if (waitMs === undefined || performance.now() + waitMs >= deadline) throw error;
        await delay(waitMs, undefined, { signal: options.signal });
      }
    }
  }

  async #once(
    method: string,
    path: string,
    options: RequestOptions,
    timeoutMs: number,
    attempt: number,
  ): Promise<unknown> {
    const timeout = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)));
    const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
    const began = performance.now();
    let status = 0;
    let withheld: { reason: unknown } | undefined;
    const admit = () => {
      try {
        options.admit?.();
      } catch (reason) {
        withheld = { reason };
        throw reason;
      }
    };
    try {
      const { dispatcher, headers } = await this.#prepare("requests");
      const sent: Dispatcher.RequestOptions & Gated = {
        ...this.#target(method, path, options),
        headers: { ...this.#agent, ...headers, ...requestHeaders(options) },
        body: options.body === undefined ? undefined : encode(options.body),
        signal,
        ...(options.admit ? { admit } : {}),
      };
      const answer = await dispatcher.request(sent);
      status = answer.statusCode;
      const text = await answer.body.text();
      if (status >= 300) throw failure(status, answer.headers, text);
      return isJson(answer.headers["content-type"]) ? JSON.parse(text) : text;
    } catch (error) {
      if (withheld) throw withheld.reason;
      if (error instanceof ApiError) throw error;
      options.signal?.throwIfAborted();
      status = 0;
      const [why, reason] = timeout.aborted
        ? ["no answer in time", "Timeout"]
        : [whyFailed(error), "Unreachable"];
      throw unreachable(this.url, why, error, reason);
    } finally {
      this.#tell(method, path, options, { status, began, attempt });
    }
  }

  #tell(
    method: string,
    path: string,
    { contentType }: RequestOptions,
    { status, began, attempt, watch }: { status: number; began: number; attempt: number; watch?: boolean },
  ): void {
    if (this.#listeners.size === 0) return;
    const info = requestInfo(method, path, { watch, contentType });
    const event = { ...info, status, durationMs: performance.now() - began, attempt };
    for (const listener of this.#listeners) listener(event);
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
    const began = performance.now();
    let status = 0;
    let body: Dispatcher.ResponseData["body"];
    try {
      touch();
      const { dispatcher, headers } = await this.#prepare("streams");
      const answer = await dispatcher.request({
        ...this.#target("GET", path, options),
        headers: { ...this.#agent, ...headers, ...requestHeaders(options) },
        signal,
        headersTimeout: options.timeoutMs ?? 30_000,
        bodyTimeout: 0,
      });
      status = answer.statusCode;
      if (status >= 300) throw failure(status, answer.headers, await beginningOf(answer.body));
      body = answer.body;
    } catch (error) {
      throw explain(error);
    } finally {
      const watch = options.query?.watch === true;
      this.#tell("GET", path, options, { status, began, attempt: 1, watch });
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
    if (!proxy) return new Pool(origin, { ...common, connect: { ...tls, ...SOCKET } }).compose(gate);
    const agent = new ProxyAgent({ ...common, uri: proxy, requestTls: tls });
    return agent.compose(gate, (dispatch) => (options, handler) => dispatch({ ...options, origin }, handler));
  }
}

/** Who refuses a stream may be an app behind the API server: what it says is read only so far. */
async function beginningOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > MAX_REFUSAL_BYTES) break;
  }
  return Buffer.concat(chunks).toString("utf8");
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

import { Authenticator, type Credentials, type Scope, unauthorized } from "./auth.ts";
import { OciError, ociCause } from "./errors.ts";
import { DOCKER_HUB } from "./reference.ts";

export interface Limits {
  /** Longest silence, before an answer and within one. */
  timeoutMs: number;
  /** The longest that one answer may take with all its bytes; absent: as long as something comes. */
  wholeMs?: number;
  /** How often a request that may be repeated is sent, failures of the network and of the server's own included. */
  attempts: number;
  /** Longest wait that a registry may ask for with Retry-After; beyond it the request fails at once. */
  retryAfterMs: number;
  manifestBytes: number;
  /** Pieces that a large blob is sent in; what is smaller goes in one. */
  chunkBytes: number;
  /** Tags of one repository. */
  tags: number;
}

export const defaultLimits: Limits = {
  timeoutMs: 30_000,
  attempts: 3,
  retryAfterMs: 30_000,
  manifestBytes: 4 * 1024 * 1024,
  chunkBytes: 16 * 1024 * 1024,
  tags: 100_000,
};

export interface Answer {
  status: number;
  headers: Headers;
  /** After redirects. */
  url: URL;
  /** @throws OciError `too-large` beyond `max` bytes. */
  bytes(max: number): Promise<Buffer>;
  stream(): AsyncIterable<Uint8Array>;
  discard(): Promise<void>;
}

interface Message {
  headers?: Record<string, string>;
  body?: Uint8Array;
}

/** Sends one request, follows redirects, and knows nothing of credentials. */
export type Send = (method: string, url: URL, message?: Message) => Promise<Answer>;

const REDIRECTS = 5;
const AGAIN = new Set([502, 503, 504]);
const ERROR_BYTES = 64 * 1024;

/** Requests to one registry: time limits, repetitions, redirects, authentication, and errors as sentences. */
export class Transport {
  readonly registry: string;
  readonly base: URL;
  readonly limits: Limits;
  readonly #fetch: typeof fetch;
  readonly #auth: Authenticator;
  readonly #userAgent: string;
  readonly #signal?: AbortSignal;

  constructor(options: {
    registry: string;
    plainHttp: boolean;
    credentials: () => Promise<Credentials | undefined>;
    fetch: typeof fetch;
    limits: Limits;
    userAgent: string;
    signal?: AbortSignal;
  }) {
    const { registry, plainHttp } = options;
    const host = registry === DOCKER_HUB ? "registry-1.docker.io" : registry;
    this.registry = registry;
    this.base = new URL(`${plainHttp ? "http" : "https"}://${host}/v2/`);
    this.limits = options.limits;
    this.#fetch = options.fetch;
    this.#userAgent = options.userAgent;
    if (options.signal) this.#signal = options.signal;
    this.#auth = new Authenticator({
      registry,
      secure: !plainHttp,
      credentials: options.credentials,
      send: (method, url, message) => this.#send(method, url, message),
    });
  }

  /**
   * The answer, when its status is one of those expected. A request is sent again after failures that pass, unless
   * `once` says that it may not.
   * @throws OciError for everything else.
   */
  async request(
    method: string,
    path: string | URL,
    options: Message & { scope: Scope; expect: number[]; once?: boolean; what: string },
  ): Promise<Answer> {
    const url = path instanceof URL ? path : new URL(path, this.base);
    const attempts = options.once ? 1 : this.limits.attempts;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(method, url, options);
      } catch (error) {
        const wait = attempt < attempts ? this.#pause(error, attempt) : undefined;
        if (wait === undefined) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  /** How long to wait before the next attempt; undefined when there is no use in one. */
  #pause(error: unknown, attempt: number): number | undefined {
    if (!(error instanceof OciError)) return undefined;
    if (error.code === "rate-limited" || error.retryAfterSeconds !== undefined) {
      const asked = (error.retryAfterSeconds ?? 2 ** attempt) * 1000;
      return asked <= this.limits.retryAfterMs ? asked : undefined;
    }
    return error.code === "unreachable" ? Math.random() * 200 * 2 ** attempt : undefined;
  }

  async #attempt(
    method: string,
    url: URL,
    { scope, expect, what, headers, body }: Message & { scope: Scope; expect: number[]; what: string },
  ): Promise<Answer> {
    const send = (authorization?: string) => {
      // A Location may lead to another host, which gets what it needs in the address.
      const own: Record<string, string> =
        authorization && url.origin === this.base.origin ? { authorization } : {};
      return this.#send(method, url, { headers: { ...headers, ...own }, ...(body ? { body } : {}) });
    };
    let authorization = this.#auth.header(scope);
    let answer = await send(authorization);
    if (answer.status === 401) {
      const next = await this.#auth.answer(answer.headers.get("www-authenticate"), scope, authorization);
      if (next) {
        await answer.discard();
        authorization = next;
        answer = await send(authorization);
      }
    }
    if (expect.includes(answer.status)) {
      if (method !== "HEAD" && isHtml(answer) && answer.status === 200) {
        await answer.discard();
        throw notARegistry(url.host);
      }
      return answer;
    }
    throw await this.#failure(answer, scope, what, (await this.#auth.credentials()) !== undefined);
  }

  async #failure(answer: Answer, scope: Scope, what: string, tried: boolean): Promise<OciError> {
    const { status } = answer;
    const body = await answer.bytes(ERROR_BYTES).catch(() => Buffer.alloc(0));
    const said = isHtml(answer) ? "" : serverWords(body);
    const host = answer.url.host;
    const after = retryAfter(answer.headers.get("retry-after"));
    const waiting = after === undefined ? {} : { retryAfterSeconds: after };
    if (status === 401) return unauthorized(this.registry, scope.repository, tried, status);
    if (status === 429) {
      const when = after === undefined ? "later" : `in ${after} s`;
      return new OciError(
        "rate-limited",
        `${host} turns requests away, there were too many. Try again ${when}.`,
        {
          status,
          ...waiting,
        },
      );
    }
    if (status >= 500)
      return new OciError(
        AGAIN.has(status) ? "unreachable" : "unsupported",
        `${host} failed at ${what} with ${status}${said && `: ${said}`}. Try again later, or ask whoever runs it.`,
        { status, ...waiting },
      );
    if (isHtml(answer)) return notARegistry(host, status);
    if (status === 403)
      return new OciError(
        "denied",
        `${host} does not allow ${what}${said && `: ${said}`}. Ask its administrator for the right.`,
        {
          status,
        },
      );
    if (status === 404)
      return new OciError("not-found", `${host} has no ${what}. Check the name and the tag.`, { status });
    return new OciError("unsupported", `${host} answered ${status} to ${what}${said && `: ${said}`}.`, {
      status,
    });
  }

  async #send(method: string, first: URL, { headers = {}, body }: Message = {}): Promise<Answer> {
    let url = first;
    let own: Record<string, string> = {
      ...headers,
      "user-agent": this.#userAgent,
      "accept-encoding": "identity",
    };
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#exchange(method, url, own, body);
      const location = answer.headers.get("location");
      const read = method === "GET" || method === "HEAD";
      const moved =
        answer.status === 307 || answer.status === 308 || (read && [301, 302, 303].includes(answer.status));
      if (!moved || !location) return answer;
      await answer.discard();
      const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
      if (!next || redirects >= REDIRECTS || (url.protocol === "https:" && next.protocol !== "https:"))
        throw new OciError(
          "not-a-registry",
          `${url.host} leads on ${redirects >= REDIRECTS ? "without end" : `to "${location}", which is not followed`}. Check the registry's address.`,
          { status: answer.status },
        );
      if (next.origin !== url.origin) {
        const { authorization: _, ...rest } = own;
        own = rest;
      }
      url = next;
    }
  }

  async #exchange(
    method: string,
    url: URL,
    headers: Record<string, string>,
    body?: Uint8Array,
  ): Promise<Answer> {
    const { timeoutMs, wholeMs } = this.limits;
    const silence = new AbortController();
    const whole = wholeMs === undefined ? [] : [AbortSignal.timeout(wholeMs)];
    const begin = () => setTimeout(() => silence.abort(), timeoutMs);
    const fail = (cause: unknown): unknown => {
      if (this.#signal?.aborted) return this.#signal.reason;
      const known = ociCause(cause);
      if (known) return known;
      if (whole.some((signal) => signal.aborted))
        return new OciError("timeout", `${url.host} took too long to answer. Try again later.`, { cause });
      if (silence.signal.aborted)
        return new OciError(
          "timeout",
          `${url.host} said nothing for ${timeoutMs / 1000} s. Try again later.`,
          { cause },
        );
      return new OciError(
        "unreachable",
        `${url.host} cannot be reached: ${reason(cause)}. Check its address and the network.`,
        {
          cause,
        },
      );
    };
    let timer = begin();
    let response: Response;
    try {
      response = await this.#fetch(url, {
        method,
        headers,
        redirect: "manual",
        signal: AbortSignal.any([silence.signal, ...whole, ...(this.#signal ? [this.#signal] : [])]),
        ...(body ? { body: Buffer.from(body.buffer, body.byteOffset, body.byteLength) as BodyInit } : {}),
      });
    } catch (cause) {
      throw fail(cause);
    } finally {
      clearTimeout(timer);
    }
    async function* stream(): AsyncGenerator<Uint8Array, void, undefined> {
      const reader = response.body?.getReader();
      try {
        for (; reader; ) {
          timer = begin();
          const { done, value } = await reader.read();
          clearTimeout(timer);
          if (done) return;
          yield value;
        }
      } catch (cause) {
        throw fail(cause);
      } finally {
        clearTimeout(timer);
        await reader?.cancel().catch(() => undefined);
      }
    }
    return {
      status: response.status,
      headers: response.headers,
      url,
      stream,
      async bytes(max) {
        const chunks: Uint8Array[] = [];
        let size = 0;
        for await (const chunk of stream()) {
          size += chunk.byteLength;
          if (size > max)
            throw new OciError(
              "too-large",
              `${url.host} sent more than ${max} bytes where less was expected; it was not used.`,
            );
          chunks.push(chunk);
        }
        return Buffer.concat(chunks);
      },
      async discard() {
        await response.body?.cancel();
      },
    };
  }
}

function isHtml({ headers }: Answer): boolean {
  return /^text\/html\b/i.test(headers.get("content-type") ?? "");
}

function notARegistry(host: string, status?: number): OciError {
  return new OciError(
    "not-a-registry",
    `${host} answers with a web page, so it is no OCI registry. Check the address; a registry answers at https://${host}/v2/.`,
    status === undefined ? {} : { status },
  );
}

/** What the registry said, as one line. */
function serverWords(body: Buffer): string {
  try {
    const { errors = [] } = JSON.parse(body.toString("utf8")) as {
      errors?: { code?: string; message?: string }[];
    };
    const [first] = errors;
    return (first?.message ?? first?.code ?? "").replace(/\s+/g, " ").slice(0, 200);
  } catch {
    return "";
  }
}

/** Seconds (RFC 9110, 10.2.3). */
function retryAfter(text: string | null): number | undefined {
  if (text === null) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  const [first] = cause instanceof AggregateError ? cause.errors : [];
  return first instanceof Error ? first.message : cause.message;
}

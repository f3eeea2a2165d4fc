import { once } from "node:events";
import {
  createServer,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer, Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../cluster/ports.ts";
import {
  draw,
  type Exchange,
  type Fault,
  type FaultRates,
  type FaultRule,
  NO_FAULTS,
  seeded,
} from "./faults.ts";

export interface FaultProxyOptions {
  /** The API server, e.g. `https://127.0.0.1:6443`. */
  upstream: string;
  /** For an upstream that speaks TLS: who signed its certificate (PEM). Left out: any certificate will do. */
  ca?: string | Buffer;
  /** Serves TLS with this certificate instead of plain HTTP. */
  tls?: { cert: string | Buffer; key: string | Buffer };
  /** Of the random faults; default 1. */
  seed?: number;
  /** Default: any free one. */
  port?: number;
}

/** How the way to the server is: open, refusing connections, or swallowing everything without a word. */
export type Passage = "open" | "refused" | "blackhole";

/**
 * Stands between one process and the API server, on the loopback interface, and makes what tests ask for go wrong. Start
 * one for each process, so that one of them can be cut off. Streams pass unbuffered.
 */
export class FaultProxy {
  /** Faults at random; change it at any time. */
  rates: FaultRates = NO_FAULTS;
  /** Every watch ends at once, as if its version were too old. */
  expiring = false;
  /** Every answer comes so much later. */
  slowMs = 0;
  /** Everything that passed, and what did not. */
  readonly exchanges: Exchange[] = [];
  /** Connections that were accepted so far. */
  connections = 0;
  readonly #options: FaultProxyOptions;
  readonly #server: Server;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #random: () => number;
  readonly #rules: (FaultRule & { left: number })[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #streams = new Map<Exchange, Stream>();
  readonly #listeners = new Set<(exchange: Exchange) => void>();
  #passage: Passage = "open";
  #opening = Promise.withResolvers<"deliver" | "drop">();
  #port = 0;

  private constructor(options: FaultProxyOptions) {
    this.#options = options;
    this.#random = seeded(options.seed ?? 1);
    const secure = options.upstream.startsWith("https:");
    const verified = options.ca ? { ca: options.ca } : { rejectUnauthorized: false };
    this.#agent = secure
      ? new HttpsAgent({ keepAlive: true, ...verified })
      : new HttpAgent({ keepAlive: true });
    const handle = (request: IncomingMessage, response: ServerResponse) => {
      this.#handle(request, response).catch(() => response.destroy());
    };
    this.#server = options.tls ? createTlsServer(options.tls, handle) : createServer(handle);
    // Kubernetes' own limits apply, not ours; a connection lives until one side ends it.
    Object.assign(this.#server, { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0, timeout: 0 });
    this.#server.on(options.tls ? "secureConnection" : "connection", (socket: Socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.once("close", () => this.#sockets.delete(socket));
    });
    this.#server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) =>
      this.#upgrade(request, socket, head),
    );
  }

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    await proxy.#listen(options.port ?? (await freePort()));
    return proxy;
  }

  get url(): string {
    return `${this.#options.tls ? "https" : "http"}://127.0.0.1:${this.#port}`;
  }

  /** The watches that are open at this moment, by path with query. */
  get openWatches(): string[] {
    return [...this.#streams.keys()].map(({ path }) => path);
  }

  get passage(): Passage {
    return this.#passage;
  }

  /** Makes requests fail that match, `times` in all. Comes before faults at random. Returns the way to withdraw it. */
  next(rule: FaultRule): () => void {
    const entry = { ...rule, left: rule.times ?? 1 };
    this.#rules.push(entry);
    return () => {
      entry.left = 0;
    };
  }

  /** Calls back with each exchange when it has ended. */
  onEnd(listener: (exchange: Exchange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Cuts the way off. `refused`: connections break and new ones are refused, as when the server's process is gone.
   * `blackhole`: nothing gets through in either direction and nobody is told, as when a cable is pulled.
   */
  async cut(how: Exclude<Passage, "open">): Promise<void> {
    this.#passage = how;
    if (how !== "refused") return;
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }

  /**
   * Opens the way again. What was sent into a blackhole gets through now, late, as a network delivers it, even if the
   * sender has given up or died since; with `drop`, it is lost.
   */
  async mend(late: "deliver" | "drop" = "deliver"): Promise<void> {
    const was = this.#passage;
    if (was === "open") return;
    if (was === "blackhole" && late === "drop") for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#passage = "open";
    this.#opening.resolve(late);
    this.#opening = Promise.withResolvers();
    if (was === "refused") await this.#listen(this.#port);
  }

  /** Ends all open watches: by a clean end, by tearing the connection, or with the event that says 410. */
  endWatches(how: "close" | "reset" | "expired"): void {
    for (const stream of this.#streams.values()) {
      stream.live = false;
      if (how === "reset") stream.response.socket?.resetAndDestroy();
      else stream.response.end(how === "expired" ? EXPIRED : undefined);
      stream.body.destroy();
    }
  }

  /** Nothing comes any more on the watches that are open now, though their connections stay: half-open, for good. */
  silenceWatches(): void {
    for (const stream of this.#streams.values()) stream.live = false;
  }

  async stop(): Promise<void> {
    await this.mend("drop");
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#agent.destroy();
    await closed;
  }

  async #listen(port: number): Promise<void> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #fault(exchange: Exchange): Fault | undefined {
    const rule = this.#rules.find((each) => each.left > 0 && each.matches(exchange));
    if (rule) {
      rule.left--;
      return rule.fault;
    }
    if (exchange.watch && this.expiring) return { kind: "expired" };
    return draw(this.rates, exchange, this.#random);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    const user = request.headers["impersonate-user"];
    const exchange: Exchange = {
      at: performance.now(),
      method: request.method ?? "GET",
      path,
      watch: /[?&](watch=(true|1)|follow=true)(&|$)/.test(path),
      ...(typeof user === "string" ? { user } : {}),
    };
    this.exchanges.push(exchange);
    response.once("close", () => {
      exchange.endedAt = performance.now();
      for (const listener of this.#listeners) listener(exchange);
    });
    // Read at once: what has left the sender is on its way, whatever becomes of the sender.
    const body = this.#passage === "blackhole" ? await collected(request) : request;
    if ((await this.#passing()) === "drop") {
      request.socket.destroy();
      return;
    }
    const fault = this.#fault(exchange);
    if (fault) exchange.fault = fault.kind;
    switch (fault?.kind) {
      case "reset":
        request.socket.resetAndDestroy();
        return;
      case "answer":
        exchange.status = fault.status;
        request.resume();
        return refuse(response, fault);
      case "expired":
        exchange.status = 200;
        response.writeHead(200, { "content-type": "application/json" }).end(EXPIRED);
        return;
      case "delay":
        await fault.until;
        break;
      default:
    }
    await this.#forward(exchange, request, body, response, fault?.kind === "lost" ? fault.how : undefined);
  }

  async #forward(
    exchange: Exchange,
    request: IncomingMessage,
    body: IncomingMessage | Buffer,
    response: ServerResponse,
    lost: "reset" | "hang" | undefined,
  ): Promise<void> {
    const upstream = this.#open(request);
    upstream.on("error", () => exchange.status !== undefined && response.destroy());
    exchange.forwardedAt = performance.now();
    const answered = once(upstream, "response") as Promise<[IncomingMessage]>;
    if (exchange.watch) response.once("close", () => upstream.destroy());
    if (Buffer.isBuffer(body)) upstream.end(body);
    // The answer may come, or the way break, before all is sent; `answered` tells.
    else pipeline(body, upstream).catch(() => upstream.destroy());
    let answer: IncomingMessage;
    try {
      [answer] = await answered;
    } catch {
      request.socket.resetAndDestroy();
      return;
    }
    exchange.status = answer.statusCode;
    if (lost) {
      await collected(answer);
      if (lost === "reset") request.socket.resetAndDestroy();
      return;
    }
    if (this.slowMs > 0) await delay(this.slowMs);
    await this.#passing();
    const { connection: _, "keep-alive": __, ...headers } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, headers);
    response.flushHeaders();
    if (!exchange.watch) {
      await pipeline(answer, response);
      return;
    }
    this.#stream(exchange, { response, body: answer, live: true });
  }

  /** Passes on each chunk as it comes. */
  #stream(exchange: Exchange, stream: Stream): void {
    const { response, body } = stream;
    this.#streams.set(exchange, stream);
    response.once("close", () => {
      stream.live = false;
      this.#streams.delete(exchange);
    });
    const pass = (act: () => void) => void this.#passing().then(() => stream.live && act());
    body.on("data", (chunk: Buffer) => pass(() => response.write(chunk)));
    body.once("end", () => pass(() => response.end()));
    body.once("error", () => pass(() => response.socket?.resetAndDestroy()));
  }

  #open(request: IncomingMessage) {
    const target = new URL(this.#options.upstream);
    const send = target.protocol === "https:" ? requestHttps : requestHttp;
    return send({
      host: target.hostname,
      port: target.port,
      method: request.method,
      path: request.url,
      headers: { ...request.headers, host: target.host },
      agent: request.headers.upgrade ? undefined : this.#agent,
      ...(request.headers.upgrade && target.protocol === "https:"
        ? this.#options.ca
          ? { ca: this.#options.ca }
          : { rejectUnauthorized: false }
        : {}),
    });
  }

  /** Terminals and port forwards: passed through without faults of their own. */
  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const upstream = this.#open(request);
    upstream.on("error", () => socket.resetAndDestroy());
    upstream.on("response", (answer) => {
      socket.write(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\nconnection: close\r\n\r\n`);
      answer.pipe(socket);
    });
    upstream.on("upgrade", (answer: IncomingMessage, other: Socket, rest: Buffer) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`);
      if (rest.length) socket.write(rest);
      if (head.length) other.write(head);
      socket.pipe(other).pipe(socket);
      other.on("error", () => socket.destroy());
      socket.on("close", () => other.destroy());
    });
    upstream.end();
  }

  /** Resolves once the way is no blackhole, with what becomes of what was held back. */
  async #passing(): Promise<"deliver" | "drop"> {
    let late: "deliver" | "drop" = "deliver";
    while (this.#passage === "blackhole") late = await this.#opening.promise;
    return late;
  }
}

interface Stream {
  response: ServerResponse;
  body: IncomingMessage;
  /** Whether what comes is still passed on. */
  live: boolean;
}

const EXPIRED = `${JSON.stringify({
  type: "ERROR",
  object: {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: "too old resource version (injected)",
    reason: "Expired",
    code: 410,
  },
})}\n`;

function refuse(response: ServerResponse, fault: Extract<Fault, { kind: "answer" }>): void {
  const { status, reason, message = `${reason} (injected)`, retryAfterSeconds } = fault;
  const details = retryAfterSeconds === undefined ? {} : { details: { retryAfterSeconds } };
  const again = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  response.writeHead(status, { "content-type": "application/json", ...again }).end(
    JSON.stringify({
      kind: "Status",
      apiVersion: "v1",
      status: "Failure",
      message,
      reason,
      ...details,
      code: status,
    }),
  );
}

async function collected(body: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

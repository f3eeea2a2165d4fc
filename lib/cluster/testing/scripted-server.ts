import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { AnyObject } from "../types.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

/**
 * An HTTP server for tests that serves ConfigMaps: it keeps objects, and each list or watch request can be given a
 * handler that answers in its place, once.
 */
export class ScriptedServer {
  url = "";
  served = true;
  /** Whether it knows `sendInitialEvents`; such requests are noted as `stream`. */
  streaming = false;
  readonly requests: string[] = [];
  readonly objects = new Map<string, AnyObject>();
  readonly #server = createServer((request, response) => this.#answer(request, response));
  readonly #scripts: { list: Handler[]; watch: Handler[]; stream: Handler[] } = {
    list: [],
    watch: [],
    stream: [],
  };
  readonly #watches = new Set<ServerResponse>();
  #waiting: (() => void)[] = [];
  #held?: AnyObject;
  #version = 100;

  async start(port = 0): Promise<this> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  /** The next list or watch request gets this answer instead of the ordinary one. */
  next(what: "list" | "watch" | "stream", handler: Handler): void {
    this.#scripts[what].push(handler);
  }

  /** Stores an object without telling any watch. */
  put(name: string, data: string, uid = name): AnyObject {
    const object = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: "default", uid, resourceVersion: String(++this.#version) },
      data: { value: data },
    };
    this.objects.set(name, object);
    return object;
  }

  send(event: { type: string; object: unknown }): void {
    for (const watch of this.#watches) watch.write(line(event));
  }

  /** Ends the watches: politely, or by tearing down their connections. */
  endWatches(how: "close" | "reset"): void {
    for (const watch of this.#watches) {
      if (how === "close") watch.end();
      else watch.socket?.resetAndDestroy();
    }
    this.#watches.clear();
  }

  /** Resolves when `predicate` holds, which is looked at after each request. */
  async until(predicate: () => boolean): Promise<void> {
    while (!predicate()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  count(prefix: string): number {
    return this.requests.filter((each) => each.startsWith(prefix)).length;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", this.url);
    const watch = url.searchParams.has("watch");
    const verb = watch ? (url.searchParams.has("sendInitialEvents") ? "stream" : "watch") : "list";
    const what = url.pathname.endsWith("/configmaps") ? verb : "other";
    this.requests.push(`${what} ${url.searchParams.get("resourceVersion") ?? ""}`);
    const script = what === "other" ? undefined : this.#scripts[what].shift();
    if (script) script(request, response, url);
    else if (what === "watch") this.#watch(response);
    else if (what === "stream" && !this.streaming) fail(response, 422, "Invalid");
    else if (what === "stream" && this.served) this.#stream(response);
    else if (what === "list" && this.served) this.#list(response);
    else if (request.method === "PATCH") this.#write(request, response, url);
    else if (url.pathname.includes("/leases")) this.#lease(request, response);
    else if (url.pathname === "/api" || url.pathname === "/apis") this.#discovery(url, response);
    else fail(response, 404, "NotFound");
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  #watch(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    this.#watches.add(response);
    response.on("close", () => this.#watches.delete(response));
  }

  /** Applies and patches: whatever is sent is merged into what there is, one level deep, and watches are told. */
  #write(request: IncomingMessage, response: ServerResponse, url: URL): void {
    text(request).then((body) => {
      // A client that gave up in the middle has sent no object.
      if (!body || !request.complete) return fail(response, 400, "BadRequest");
      const sent = JSON.parse(body) as Partial<AnyObject>;
      const name = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
      const known = this.objects.get(name);
      const object = this.put(name, "");
      Object.assign(object, known ?? {}, sent, {
        metadata: { ...known?.metadata, ...sent.metadata, name, namespace: "default", uid: name },
      });
      object.metadata.resourceVersion = String(++this.#version);
      this.send({ type: known ? "MODIFIED" : "ADDED", object });
      json(response, 200, object);
      this.#wake();
    });
  }

  #lease(request: IncomingMessage, response: ServerResponse): void {
    if (request.method === "GET") {
      if (this.#held) json(response, 200, this.#held);
      else fail(response, 404, "NotFound");
      return;
    }
    text(request).then((body) => {
      const lease = JSON.parse(body) as AnyObject;
      lease.metadata.resourceVersion = String(++this.#version);
      this.#held = lease;
      json(response, 200, lease);
    });
  }

  /** Ends what there is with the bookmark that says so, unless a script has left it open. */
  #stream(response: ServerResponse): void {
    this.#watch(response);
    for (const object of this.objects.values()) response.write(line({ type: "ADDED", object }));
    response.write(line(this.initialEnd()));
  }

  /** The bookmark after a streamed list. */
  initialEnd(): { type: string; object: unknown } {
    const metadata = {
      resourceVersion: String(this.#version),
      annotations: { "k8s.io/initial-events-end": "true" },
    };
    return { type: "BOOKMARK", object: { kind: "ConfigMap", apiVersion: "v1", metadata } };
  }

  #list(response: ServerResponse): void {
    json(response, 200, {
      items: [...this.objects.values()],
      metadata: { resourceVersion: String(this.#version) },
    });
  }

  #discovery(url: URL, response: ServerResponse): void {
    const resources = [
      {
        resource: "configmaps",
        responseKind: { kind: "ConfigMap" },
        scope: "Namespaced",
        verbs: ["list", "watch"],
      },
    ];
    const items =
      url.pathname === "/api" && this.served
        ? [{ metadata: {}, versions: [{ version: "v1", resources }] }]
        : [];
    json(response, 200, { items });
  }
}

const line = (event: unknown) => `${JSON.stringify(event)}\n`;

export function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** Answers with a `Status` object. */
export function fail(response: ServerResponse, code: number, reason: string, headers = {}): void {
  json(
    response,
    code,
    { kind: "Status", status: "Failure", message: `refused: ${reason}`, reason, code },
    headers,
  );
}

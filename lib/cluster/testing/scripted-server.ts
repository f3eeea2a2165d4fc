import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { AnyObject } from "../types.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

/**
 * An HTTP server for tests that serves ConfigMaps: it keeps objects, and each list or watch request can be given a
 * handler that answers in its place, once.
 */
export class ScriptedServer {
  url = "";
  served = true;
  readonly requests: string[] = [];
  readonly objects = new Map<string, AnyObject>();
  readonly #server = createServer((request, response) => this.#answer(request, response));
  readonly #scripts: { list: Handler[]; watch: Handler[] } = { list: [], watch: [] };
  readonly #watches = new Set<ServerResponse>();
  #waiting: (() => void)[] = [];
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
  next(what: "list" | "watch", handler: Handler): void {
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
    for (const watch of this.#watches) watch.write(`${JSON.stringify(event)}\n`);
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
    const what = url.pathname.endsWith("/configmaps") ? (watch ? "watch" : "list") : "other";
    this.requests.push(`${what} ${url.searchParams.get("resourceVersion") ?? ""}`);
    const script = what === "other" ? undefined : this.#scripts[what].shift();
    if (script) script(request, response, url);
    else if (what === "watch") this.#watch(response);
    else if (what === "list" && this.served) this.#list(response);
    else if (url.pathname === "/api" || url.pathname === "/apis") this.#discovery(url, response);
    else fail(response, 404, "NotFound");
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  #watch(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    this.#watches.add(response);
    response.on("close", () => this.#watches.delete(response));
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

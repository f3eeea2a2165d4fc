import {
  type ClientOptions,
  Connection,
  type Query,
  type RequestEvent,
  type RequestOptions,
} from "./connection.ts";
import { type Endpoint, inClusterEndpoint, kubeconfigEndpoint, tokenEndpoint } from "./credentials.ts";
import { Discovery } from "./discovery.ts";
import { ApiError, isNotFound } from "./errors.ts";
import { lines } from "./lines.ts";
import { OpenAPI } from "./openapi.ts";
import type { AnyObject, ApiObject, List, Ref, Selectors, Type, WatchEvent } from "./types.ts";

/** A node keeps no line longer than 16 KiB in one piece; whoever joins them need not join all. */
const LONG_LINE_BYTES = 256 * 1024;

export interface WriteOptions {
  dryRun?: boolean;
  fieldManager?: string;
  fieldValidation?: "Ignore" | "Warn" | "Strict";
}

export interface LogOptions {
  container?: string;
  tailLines?: number;
  /** Where the log is cut off, counted from the first of these lines. */
  limitBytes?: number;
  follow?: boolean;
  previous?: boolean;
  timestamps?: boolean;
}

/** Decides whether writes may go out; see `Cluster.guarded`. */
export interface WriteGuard {
  /** Throws when nothing may be written at this moment. */
  admit: () => void;
  /** When it aborts, writes that are under way are given up. */
  signal?: AbortSignal;
}

const PATCH_TYPES = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

/**
 * A client for one API server. Objects go over the wire exactly as given: no models that could drop a field.
 * Every method throws `ApiError` for an answer other than 2xx and for no answer.
 */
export class Cluster {
  readonly discovery: Discovery;
  readonly openapi: OpenAPI;
  readonly #connection: Connection;
  readonly #view: View;

  private constructor(
    connection: Connection,
    discovery = new Discovery(connection),
    openapi = new OpenAPI(connection),
    view: View = {},
  ) {
    this.#connection = connection;
    this.discovery = discovery;
    this.openapi = openapi;
    this.#view = view;
  }

  /** `$KUBECONFIG`, else the pod's service account. `~/.kube/config` is never read: it must be asked for. */
  static fromEnvironment(options?: ClientOptions): Cluster {
    if (process.env.KUBECONFIG) return Cluster.fromKubeconfig(process.env.KUBECONFIG, options);
    if (process.env.KUBERNETES_SERVICE_HOST) return Cluster.#of(inClusterEndpoint(), options);
    throw new Error("No cluster: set KUBECONFIG to a kubeconfig file, or run in a pod of the cluster");
  }

  /** Reads kubeconfig files (several, joined by `:`), with exec plugins, certificates and tokens. */
  static fromKubeconfig(
    path: string,
    { context, ...options }: ClientOptions & { context?: string } = {},
  ): Cluster {
    return Cluster.#of(kubeconfigEndpoint(path, context), options);
  }

  static at(url: string, { token, ...options }: ClientOptions & { token?: string } = {}): Cluster {
    return Cluster.#of(tokenEndpoint(url, token), options);
  }

  static #of(endpoint: Endpoint, options?: ClientOptions): Cluster {
    return new Cluster(new Connection(endpoint, options));
  }

  /** The API server's address. */
  get url(): string {
    return this.#connection.url;
  }

  /** The same cluster, asked in another user's name (Impersonate-User). Connections and discovery are shared. */
  as(user: string): Cluster {
    return this.#with({ ...this.#view, user });
  }

  /** The same cluster, whose writes name this field manager unless they name their own. */
  writingAs(fieldManager: string): Cluster {
    return this.#with({ ...this.#view, fieldManager });
  }

  /**
   * The same cluster, where each write is asked for its permission right before it is sent, whoever it is sent as and
   * however long it waited for a connection. Reading is always allowed.
   */
  guarded(guard: WriteGuard): Cluster {
    return this.#with({ ...this.#view, guard });
  }

  #with(view: View): Cluster {
    return new Cluster(this.#connection, this.discovery, this.openapi, view);
  }

  /** Calls back after each attempt at a request of this cluster, whoever it was sent as. Returns the way to stop it. */
  onRequest(listener: (event: RequestEvent) => void): () => void {
    return this.#connection.onRequest(listener);
  }

  /** One raw request; the parsed JSON, or text when the answer is none. */
  async request(
    method: string,
    path: string,
    options: Omit<RequestOptions, "headers" | "admit"> = {},
  ): Promise<unknown> {
    const { guard } = this.#view;
    if (!guard || method === "GET" || method === "HEAD")
      return this.#connection.request(method, path, this.#asUser(options));
    guard.admit();
    const signals = [guard.signal, options.signal].filter((signal) => signal !== undefined);
    return this.#connection.request(method, path, {
      ...this.#asUser(options),
      admit: guard.admit,
      ...(signals.length ? { signal: AbortSignal.any(signals) } : {}),
    });
  }

  async get<T extends ApiObject = AnyObject>(ref: Ref): Promise<T> {
    return (await this.request("GET", await this.path(ref))) as T;
  }

  /** Like `get`, but undefined when the object (or its kind) does not exist; any other error is thrown. */
  async find<T extends ApiObject = AnyObject>(ref: Ref): Promise<T | undefined> {
    try {
      return await this.get<T>(ref);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** One page, or everything when `limit` is left out. Items get `apiVersion` and `kind`, which lists leave out. */
  async list<T extends ApiObject = AnyObject>(
    type: Type &
      Selectors & { limit?: number; continue?: string; resourceVersion?: string; signal?: AbortSignal },
  ): Promise<List<T>> {
    const { apiVersion, kind, namespace, signal, ...query } = type;
    const path = await this.path({ apiVersion, kind, namespace });
    const body = (await this.request("GET", path, { query, signal, timeoutMs: 60_000 })) as {
      items: T[] | null;
      metadata: { resourceVersion: string; continue?: string };
    };
    const items = body.items ?? [];
    for (const item of items) {
      item.apiVersion = apiVersion;
      item.kind = kind;
    }
    const { resourceVersion, continue: next } = body.metadata;
    return next ? { items, resourceVersion, continue: next } : { items, resourceVersion };
  }

  async create<T extends ApiObject>(object: T, options: WriteOptions = {}): Promise<T> {
    const { apiVersion, kind, metadata } = object;
    const path = await this.path({ apiVersion, kind, namespace: metadata.namespace }, "write");
    return (await this.request("POST", path, { query: this.#writeQuery(options), body: object })) as T;
  }

  async replace<T extends ApiObject>(object: T, options: WriteOptions = {}): Promise<T> {
    return (await this.request("PUT", await this.path(refOf(object)), {
      query: this.#writeQuery(options),
      body: object,
    })) as T;
  }

  async replaceStatus<T extends ApiObject>(object: T, options: WriteOptions = {}): Promise<T> {
    return (await this.request("PUT", `${await this.path(refOf(object))}/status`, {
      query: this.#writeQuery(options),
      body: object,
    })) as T;
  }

  async patch<T extends ApiObject = AnyObject>(
    ref: Ref,
    patch: unknown,
    options: WriteOptions & { type: keyof typeof PATCH_TYPES; subresource?: "status" | "scale" },
  ): Promise<T> {
    const { type, subresource, ...write } = options;
    const path = await this.path(ref);
    return (await this.request("PATCH", subresource ? `${path}/${subresource}` : path, {
      query: this.#writeQuery(write),
      body: patch,
      contentType: PATCH_TYPES[type],
    })) as T;
  }

  /** Server-side apply. Fields of the object that other managers own are a conflict unless `force` is set. */
  async apply<T extends ApiObject>(
    object: T,
    options: WriteOptions & { fieldManager: string; force?: boolean; subresource?: "status" },
  ): Promise<T> {
    const { force, subresource, ...write } = options;
    const path = await this.path(refOf(object));
    return (await this.request("PATCH", subresource ? `${path}/${subresource}` : path, {
      query: { ...this.#writeQuery(write), force },
      body: object,
      contentType: "application/apply-patch+yaml",
    })) as T;
  }

  /** Returns once the server has accepted the deletion, which finalizers may still delay. */
  async delete(
    ref: Ref,
    options: {
      propagationPolicy?: "Foreground" | "Background" | "Orphan";
      uid?: string;
      resourceVersion?: string;
      dryRun?: boolean;
      gracePeriodSeconds?: number;
    } = {},
  ): Promise<void> {
    const { propagationPolicy, uid, resourceVersion, dryRun, gracePeriodSeconds } = options;
    const preconditions = uid || resourceVersion ? { uid, resourceVersion } : undefined;
    await this.request("DELETE", await this.path(ref), {
      query: { dryRun: dryRun ? "All" : undefined },
      body: { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy, preconditions, gracePeriodSeconds },
    });
  }

  /**
   * Events after `resourceVersion`, or, with `sendInitialEvents`, everything there is as ADDED events, then a BOOKMARK
   * that says so (`endsInitialEvents`), then what happens. Lasts until the server ends the stream, `signal` aborts (then the signal's reason is
   * thrown) or nothing arrives for `idleTimeoutMs`. ERROR events are yielded, not thrown. `onOpen` is called when the server
   * has taken the request: events may be long in coming.
   */
  async *watch<T extends ApiObject = AnyObject>(
    type: Type &
      Selectors & { timeoutSeconds?: number; idleTimeoutMs?: number } & (
        | { resourceVersion: string }
        | { sendInitialEvents: true }
      ),
    signal?: AbortSignal,
    onOpen?: () => void,
  ): AsyncGenerator<WatchEvent<T>, void, undefined> {
    const { apiVersion, kind, namespace, idleTimeoutMs, ...rest } = type;
    const path = await this.path({ apiVersion, kind, namespace });
    const query: Query = { watch: true, allowWatchBookmarks: true, ...rest };
    if ("sendInitialEvents" in type) query.resourceVersionMatch = "NotOlderThan";
    const body = await this.#connection.stream(path, this.#asUser({ query, signal, idleTimeoutMs }));
    onOpen?.();
    for await (const line of lines(body)) {
      if (line) yield parseEvent<T>(line);
    }
  }

  /**
   * A container's log, line by line; with `follow`, until the container ends or `signal` aborts. A line that does not end
   * comes in pieces.
   */
  async *logs(
    ref: { namespace: string; name: string },
    options: LogOptions = {},
    signal?: AbortSignal,
  ): AsyncGenerator<string, void, undefined> {
    const path = `${await this.path({ apiVersion: "v1", kind: "Pod", ...ref })}/log`;
    const accept = "text/plain, application/json";
    yield* lines(
      await this.#connection.stream(path, this.#asUser({ query: { ...options }, accept, signal })),
      LONG_LINE_BYTES,
    );
  }

  /**
   * What a Service answers to a GET over HTTP, asked by the API server, which reaches its ready pods and nothing else.
   * Redirects are not followed.
   * @throws ApiError for a status other than 2xx, no whole answer in time, or one that is larger than `maxBytes`
   */
  async askService(
    { namespace, name, port, path }: { namespace: string; name: string; port: number | string; path: string },
    { timeoutMs, maxBytes }: { timeoutMs: number; maxBytes: number },
  ): Promise<string> {
    for (const segment of [namespace, name, String(port)]) refuseSegment(segment, "Service");
    const target = `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy${path}`;
    const signal = AbortSignal.timeout(timeoutMs);
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of await this.#connection.stream(target, this.#asUser({ signal }))) {
        size += chunk.byteLength;
        if (size > maxBytes) throw new ApiError(0, `the answer is larger than ${maxBytes} bytes`, {});
        chunks.push(chunk);
      }
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw new ApiError(0, `no answer within ${timeoutMs} ms`, { reason: "Timeout", cause: error });
    }
    return Buffer.concat(chunks).toString("utf8");
  }

  /**
   * The path of an object, or of a collection when `name` is left out. Throws a 404 `ApiError` when the kind is not
   * served, a 400 one for a name that would lead elsewhere, and a plain error when a namespace is needed (for an object,
   * or to write) and missing.
   */
  async path(ref: Type & { name?: string; namespace?: string }, use?: "write"): Promise<string> {
    const type = await this.discovery.find(ref.apiVersion, ref.kind);
    if (!type) {
      const message = `the cluster does not serve the kind ${ref.kind} of ${ref.apiVersion}`;
      throw new ApiError(404, message, { reason: "NotFound" });
    }
    if (type.namespaced && !ref.namespace && (ref.name || use === "write")) {
      throw new Error(`${ref.kind} ${ref.name ?? ""} needs a namespace`);
    }
    for (const segment of [ref.namespace, ref.name]) if (segment) refuseSegment(segment, ref.kind);
    const root = ref.apiVersion.includes("/") ? `/apis/${ref.apiVersion}` : `/api/${ref.apiVersion}`;
    const scope = type.namespaced && ref.namespace ? `/namespaces/${encodeURIComponent(ref.namespace)}` : "";
    return `${root}${scope}/${type.plural}${ref.name ? `/${encodeURIComponent(ref.name)}` : ""}`;
  }

  #writeQuery({ dryRun, fieldManager = this.#view.fieldManager, fieldValidation }: WriteOptions): Query {
    return { dryRun: dryRun ? "All" : undefined, fieldManager, fieldValidation };
  }

  #asUser<O extends RequestOptions>(options: O): O {
    const { user } = this.#view;
    return user ? { ...options, headers: { "impersonate-user": user } } : options;
  }
}

/** What one view of the cluster adds to its requests. */
interface View {
  user?: string;
  fieldManager?: string;
  guard?: WriteGuard;
}

/**
 * A name that an object of the API server never has, and that would lead out of the collection: `..` stays as it is
 * when it is encoded, and the server resolves it.
 */
function refuseSegment(segment: string, kind: string): void {
  if (segment !== "." && segment !== ".." && !/[/%]/.test(segment)) return;
  throw new ApiError(400, `${JSON.stringify(segment.slice(0, 100))} cannot be the name of a ${kind}`, {
    reason: "BadRequest",
  });
}

/** The reference that names this object. */
export function refOf(object: ApiObject): Ref {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace } = metadata;
  return namespace ? { apiVersion, kind, name, namespace } : { apiVersion, kind, name };
}

function parseEvent<T>(line: string): WatchEvent<T> {
  try {
    return JSON.parse(line) as WatchEvent<T>;
  } catch (cause) {
    // A proxy or a dying server can cut the stream inside a line.
    throw new ApiError(0, "the watch ended in the middle of an event", { reason: "Unreachable", cause });
  }
}

import { type Sandbox, type SandboxOptions, startSandbox } from "../index.ts";

/** What tests read of any answer: an object, a list, a Status, a table or a watch event's object. */
export interface Thing {
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid: string;
    resourceVersion: string;
    generation?: number;
    deletionTimestamp?: string;
    continue?: string;
    finalizers?: string[];
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: { uid: string }[];
  };
  items: Thing[];
  reason?: string;
  message?: string;
  code?: number;
  details?: { causes?: { reason: string; message: string; field: string }[]; uid?: string };
  [field: string]: unknown;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Thing;
}

export interface WatchEvent {
  type: string;
  object: Thing;
}

export interface RequestOptions {
  type?: string;
  accept?: string;
  token?: string;
  headers?: Record<string, string>;
}

/** A sandbox for one test file, and plain requests to it. */
export class Client {
  readonly sandbox: Sandbox;
  readonly #watches: AbortController[] = [];

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  static async start(options: SandboxOptions = {}): Promise<Client> {
    return new Client(await startSandbox(options));
  }

  async request(method: string, path: string, body?: unknown, options: RequestOptions = {}): Promise<Answer> {
    const response = await fetch(`${this.sandbox.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${options.token ?? this.sandbox.adminToken}`,
        accept: options.accept ?? "application/json",
        ...(body !== undefined && { "content-type": options.type ?? "application/json" }),
        ...options.headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get("content-type")?.startsWith("application/json");
    return {
      status: response.status,
      headers: response.headers,
      body: (json ? JSON.parse(text) : { text }) as Thing,
    };
  }

  get = (path: string, options?: RequestOptions) => this.request("GET", path, undefined, options);
  post = (path: string, body: unknown, options?: RequestOptions) => this.request("POST", path, body, options);
  put = (path: string, body: unknown, options?: RequestOptions) => this.request("PUT", path, body, options);
  delete = (path: string, body?: unknown) => this.request("DELETE", path, body);
  merge = (path: string, body: unknown) =>
    this.request("PATCH", path, body, { type: "application/merge-patch+json" });
  apply = (path: string, body: unknown) =>
    this.request("PATCH", path, body, { type: "application/apply-patch+yaml" });

  /** Events of a watch as they come; ends with the client, or when the server ends it. */
  async *watch(path: string): AsyncGenerator<WatchEvent> {
    const abort = new AbortController();
    this.#watches.push(abort);
    const response = await fetch(`${this.sandbox.url}${path}`, {
      headers: { authorization: `Bearer ${this.sandbox.adminToken}` },
      signal: abort.signal,
    });
    if (!response.ok || !response.body)
      throw new Error(`${path}: ${response.status} ${await response.text()}`);
    let text = "";
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
        yield JSON.parse(text.slice(0, end)) as WatchEvent;
        text = text.slice(end + 1);
      }
    }
  }

  /** Asks until the answer satisfies; there is no other way to await what controllers do. Rejects after 10 s. */
  async until(path: string, satisfies: (answer: Answer) => boolean): Promise<Answer> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const answer = await this.get(path);
      if (satisfies(answer)) return answer;
      if (Date.now() > deadline) throw new Error(`${path} never came to it: ${JSON.stringify(answer.body)}`);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  async stop(): Promise<void> {
    for (const watch of this.#watches) watch.abort();
    await this.sandbox.stop();
  }
}

/** The next event of a watch. */
export async function next(events: AsyncGenerator<WatchEvent>): Promise<WatchEvent> {
  const { value, done } = await events.next();
  if (done) throw new Error("the watch has ended");
  return value;
}

import { readFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { parse } from "yaml";

export interface RawAnswer {
  status: number;
  type: string;
  warnings: string[];
  text: string;
}

export interface RawRequest {
  method: string;
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string;
  /** Ends the answer early; told all of it that has come so far. */
  enough?(text: string): boolean;
}

/** An API server as plain HTTP: what clients hide (warnings, exact statuses, forms) is compared as well. */
export class Connection {
  readonly #url: URL;
  readonly #headers: Record<string, string>;
  readonly #agent: http.Agent;
  /** For requests that bring credentials of their own, or none: a client certificate would go before them. */
  readonly #bare: http.Agent;

  constructor(url: string, token: string | undefined, tls: https.AgentOptions = {}) {
    this.#url = new URL(url);
    this.#headers = token ? { authorization: `Bearer ${token}` } : {};
    const options = { keepAlive: true, maxSockets: 4 };
    const agent = (more: https.AgentOptions) =>
      this.#url.protocol === "https:" ? new https.Agent({ ...options, ...more }) : new http.Agent(options);
    this.#agent = agent(tls);
    this.#bare = agent({ ...tls, cert: undefined, key: undefined });
  }

  /** The current context's server and user of a kubeconfig file. */
  static async fromKubeconfig(path: string): Promise<Connection> {
    const config = parse(await readFile(path, "utf8")) as Kubeconfig;
    const context = config.contexts.find(({ name }) => name === config["current-context"])?.context;
    const cluster = config.clusters.find(({ name }) => name === context?.cluster)?.cluster;
    const user = config.users.find(({ name }) => name === context?.user)?.user ?? {};
    if (!cluster) throw new Error(`${path} has no current context`);
    const read = async (data: string | undefined, file: string | undefined) =>
      data ? Buffer.from(data, "base64") : file ? await readFile(file) : undefined;
    return new Connection(cluster.server, user.token, {
      ca: await read(cluster["certificate-authority-data"], cluster["certificate-authority"]),
      cert: await read(user["client-certificate-data"], user["client-certificate"]),
      key: await read(user["client-key-data"], user["client-key"]),
      rejectUnauthorized: cluster["insecure-skip-tls-verify"] !== true,
    });
  }

  request({ method, path, headers, body, enough }: RawRequest): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const send = this.#url.protocol === "https:" ? https.request : http.request;
      const { authorization, ...given } = { ...this.#headers, ...headers };
      const own = headers?.authorization !== undefined;
      const request = send(
        {
          host: this.#url.hostname,
          port: this.#url.port,
          agent: own ? this.#bare : this.#agent,
          method,
          path,
          headers: {
            ...given,
            ...(authorization && { authorization }),
            ...(body !== undefined && { "content-length": String(Buffer.byteLength(body)) }),
          } as http.OutgoingHttpHeaders,
        },
        (response) => {
          let text = "";
          const done = () =>
            resolve({
              status: response.statusCode ?? 0,
              type: response.headers["content-type"] ?? "",
              warnings: warningsOf(response.rawHeaders),
              text,
            });
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            text += chunk;
            if (!enough?.(text)) return;
            done();
            response.destroy();
          });
          response.on("end", done);
          response.on("error", reject);
        },
      );
      request.on("error", reject);
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
    this.#bare.destroy();
  }
}

interface Kubeconfig {
  "current-context": string;
  contexts: { name: string; context: { cluster: string; user: string } }[];
  clusters: {
    name: string;
    cluster: {
      server: string;
      "certificate-authority"?: string;
      "certificate-authority-data"?: string;
      "insecure-skip-tls-verify"?: boolean;
    };
  }[];
  users: {
    name: string;
    user: {
      token?: string;
      "client-certificate"?: string;
      "client-certificate-data"?: string;
      "client-key"?: string;
      "client-key-data"?: string;
    };
  }[];
}

/** The texts of the `Warning` headers, each of its own line or several in one. */
function warningsOf(raw: string[]): string[] {
  const values = raw.filter((_, i) => i % 2 === 1 && raw[i - 1]?.toLowerCase() === "warning");
  return values.flatMap((value) =>
    [...value.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) => text.replace(/\\(.)/g, "$1")),
  );
}

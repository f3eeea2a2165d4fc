import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { bootstrap } from "../../../scripts/start/bootstrap.ts";
import { startTestCluster, type TestCluster } from "../../../tools/testing/index.ts";
import { Cluster } from "../../cluster/index.ts";
import { type HubConfig, readConfig } from "../../hub/config.ts";
import { ContentStore, readFolder } from "../../images/index.ts";
import { provisionAdministrators } from "../../install/provision.ts";
import { startTenants } from "../../manager/testing/tenants.ts";
import { API_VERSION } from "../../model/resources.ts";
import { setServer } from "../handle.ts";
import { createServer, type Server } from "../server.ts";

/** A web server's insides on a cluster of its own, without Next.js: what the integration tests run on. */
export interface HubUnderTest {
  cluster: TestCluster;
  admin: Cluster;
  /** The web server's own account. */
  web: Cluster;
  server: Server;
  config: HubConfig;
  /** Starts one more replica on the same cluster; the handle stays with the first. */
  replica(): Server;
  publish(folder: string, reference: string, options?: { private?: boolean }): Promise<string>;
  stop(): Promise<void>;
}

/** On a cluster of its own; `administrators` by their uids. */
export async function startHubUnderTest(
  environment: Record<string, string> = {},
  administrators: readonly string[] = ["admin"],
): Promise<HubUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), "hub-web-"));
  const cluster = await startTestCluster({ speed: 20, durable: true });
  const { admin } = cluster;
  await bootstrap(admin);
  const files = {
    web: await cluster.accountKubeconfig("sealos-system", "web"),
    manager: await cluster.accountKubeconfig("sealos-system", "manager"),
  };
  const as = (account: keyof typeof files) => Cluster.fromKubeconfig(files[account]);
  const web = as("web");
  const log = pino({ level: process.env.TEST_LOG ?? "silent" });
  const failures: unknown[] = [];
  const tenants = startTenants(as("manager"), {
    systemNamespace: "sealos-system",
    administrators,
    onError: (error) => failures.push(error),
  });
  await provisionAdministrators(admin, administrators);
  const config = readConfig({
    HUB_DEMO: "1",
    HUB_URL: "http://hub.test",
    CONTENT_DIR: join(directory, "content"),
    CLOUD_DOMAIN: "apps.test",
    HUB_SIGNIN_LIMIT: "1000",
    ...environment,
  });
  const content = new ContentStore(config.contentDir);
  const servers: Server[] = [];
  const replica = () => {
    const next = createServer(as("web"), config, log);
    servers.push(next);
    return next;
  };
  const server = replica();
  setServer(server);
  return {
    cluster,
    admin,
    web,
    server,
    config,
    replica,
    publish: async (folder, reference, options = {}) => {
      const { digest, size, createdAt } = await content.put(reference, await readFolder(folder));
      const { content: image } = await content.read(digest);
      const [name = "", tag = "latest"] = reference.split(":");
      const [organization = "", repository = ""] = name.split("/");
      const ref = { apiVersion: API_VERSION, kind: "Repository", name: `${organization}.${repository}` };
      const visibility = options.private ? "private" : "public";
      // A manager that follows the content store may have been quicker.
      await admin.apply(
        {
          apiVersion: API_VERSION,
          kind: "Repository",
          metadata: { name: ref.name },
          spec: { organization, repository, visibility, source: "content" },
        },
        { fieldManager: "test", force: true },
      );
      const { mode, title, description, categories, keywords, i18n } = image;
      const status = { tags: [{ name: tag, digest, size, createdAt }], latestTag: tag, mode };
      await admin.patch(
        ref,
        {
          status: { ...status, title, description, categories, keywords, i18n, verified: true, installs: 0 },
        },
        { type: "merge", subresource: "status" },
      );
      return digest;
    },
    stop: async () => {
      for (const each of servers) each.stop();
      setServer(undefined);
      await tenants.stop();
      await cluster.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** One browser: keeps cookies, sends what our pages send. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #answer: (request: Request) => Promise<Response>;
  readonly #origin: string;
  /** Node passes an abort on only while the request itself is not collected, which a stream's reader does not see to. */
  readonly #sent: Request[] = [];

  constructor(origin: string, answer: (request: Request) => Promise<Response>) {
    this.#origin = origin;
    this.#answer = answer;
  }

  async fetch(path: string, init: RequestInit & { json?: unknown } = {}): Promise<Response> {
    const { json, ...rest } = init;
    const headers = new Headers(rest.headers);
    headers.set("cookie", [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    if (!headers.has("x-requested-with")) headers.set("x-requested-with", "sealos-hub");
    if (json !== undefined) {
      headers.set("content-type", "application/json");
      rest.body = JSON.stringify(json);
    }
    const request = new Request(new URL(path, this.#origin), { ...rest, headers });
    this.#sent.push(request);
    const response = await this.#answer(request);
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = cookie.split(";");
      const name = pair.slice(0, pair.indexOf("="));
      const value = pair.slice(pair.indexOf("=") + 1);
      const gone = attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute)) || value === "";
      if (gone) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  /** Signs in with a demo account, as the sign-in page does. */
  async signIn(account: string): Promise<Response> {
    const csrfToken = await this.#csrf();
    return this.fetch("/api/auth/callback/demo", {
      method: "POST",
      json: { account, csrfToken, callbackUrl: "/", json: "true" },
    });
  }

  async signOut(): Promise<Response> {
    const csrfToken = await this.#csrf();
    return this.fetch("/api/auth/signout", { method: "POST", json: { csrfToken, json: "true" } });
  }

  async #csrf(): Promise<string> {
    const answer = (await (await this.fetch("/api/auth/csrf")).json()) as { csrfToken: string };
    return answer.csrfToken;
  }
}

/** The events of a stream as they come. */
export class StreamReader<Event = Record<string, unknown>> {
  readonly events: Event[] = [];
  readonly closed: Promise<void>;
  readonly #waiting = new Set<() => void>();

  constructor(response: Response) {
    this.closed = this.#read(response).catch((error: unknown) => {
      // Whoever gives up reading has read it to its end.
      if (!(error instanceof Error && error.name === "AbortError")) throw error;
    });
  }

  /** The first event (also among those that came already) that fits. */
  async find(fits: (event: Event) => boolean): Promise<Event> {
    for (;;) {
      const found = this.events.find(fits);
      if (found) return found;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      await promise;
    }
  }

  async #read(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const parts = text.split("\n\n");
      text = parts.pop() ?? "";
      for (const part of parts) {
        const data = part.split("\n").find((line) => line.startsWith("data: "));
        if (data) this.events.push(JSON.parse(data.slice(6)) as Event);
      }
      for (const wake of this.#waiting) wake();
      this.#waiting.clear();
    }
  }
}

import { OciError } from "./errors.ts";
import type { Send } from "./transport.ts";

/** What a registry knows somebody by; an identity token is what `docker login` gets from some of them. */
export interface Credentials {
  username: string;
  password: string;
  identityToken?: string;
}

export interface Scope {
  repository: string;
  actions: "pull" | "pull,push";
  /** Repositories to mount blobs from. */
  from?: string;
}

interface Challenge {
  scheme: string;
  parameters: Record<string, string>;
}

/** A token's life when its issuer does not say (distribution's specification), less some for the way. */
const TOKEN_SECONDS = 60;
const EARLY_MS = 10_000;
const TOKEN_BYTES = 64 * 1024;

/** Answers a registry's challenges, and remembers the answers. */
export class Authenticator {
  readonly #registry: string;
  readonly #secure: boolean;
  readonly #lookUp: () => Promise<Credentials | undefined>;
  readonly #send: Send;
  readonly #tokens = new Map<string, { value: string; until: number }>();
  readonly #pending = new Map<string, Promise<string>>();
  #credentials?: Promise<Credentials | undefined>;
  #basic = "";

  constructor(options: {
    registry: string;
    secure: boolean;
    credentials: () => Promise<Credentials | undefined>;
    send: Send;
  }) {
    this.#registry = options.registry;
    this.#secure = options.secure;
    this.#lookUp = options.credentials;
    this.#send = options.send;
  }

  /** The header for a request of this scope, if it is known already that one is needed. */
  header(scope: Scope): string | undefined {
    if (this.#basic) return this.#basic;
    const token = this.#tokens.get(keyOf(scope));
    return token && token.until > Date.now() ? `Bearer ${token.value}` : undefined;
  }

  /**
   * The header that answers a 401, or undefined when there is nothing (more) to try.
   * @throws OciError when the token service fails.
   */
  async answer(
    challenge: string | null,
    scope: Scope,
    refused: string | undefined,
  ): Promise<string | undefined> {
    const challenges = parseChallenges(challenge ?? "");
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    if (bearer) {
      if (refused?.startsWith("Bearer ")) this.#tokens.delete(keyOf(scope));
      return `Bearer ${await this.#token(bearer.parameters, scope)}`;
    }
    if (!challenges.some(({ scheme }) => scheme === "basic")) return undefined;
    const credentials = await this.credentials();
    if (!credentials || refused?.startsWith("Basic ")) return undefined;
    this.#basic = basic(credentials);
    return this.#basic;
  }

  credentials(): Promise<Credentials | undefined> {
    this.#credentials ??= this.#lookUp();
    return this.#credentials;
  }

  #token(parameters: Record<string, string>, scope: Scope): Promise<string> {
    const key = keyOf(scope);
    const pending =
      this.#pending.get(key) ?? this.#ask(parameters, scope).finally(() => this.#pending.delete(key));
    this.#pending.set(key, pending);
    return pending;
  }

  async #ask(parameters: Record<string, string>, scope: Scope): Promise<string> {
    const realm = this.#realm(parameters.realm);
    const credentials = await this.credentials();
    const scopes = [
      `repository:${scope.repository}:${scope.actions}`,
      ...(scope.from ? [`repository:${scope.from}:pull`] : []),
    ];
    const query = new URLSearchParams(parameters.service ? { service: parameters.service } : {});
    let answer: Awaited<ReturnType<Send>>;
    if (credentials?.identityToken) {
      query.set("grant_type", "refresh_token");
      query.set("refresh_token", credentials.identityToken);
      query.set("client_id", "sealos-hub");
      query.set("scope", scopes.join(" "));
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      answer = await this.#send("POST", realm, { headers, body: Buffer.from(query.toString()) });
    } else {
      for (const each of scopes) query.append("scope", each);
      for (const [name, value] of query) realm.searchParams.append(name, value);
      const headers: Record<string, string> = credentials ? { authorization: basic(credentials) } : {};
      answer = await this.#send("GET", realm, { headers });
    }
    if (answer.status === 401 || answer.status === 403) {
      await answer.discard();
      throw unauthorized(this.#registry, scope.repository, credentials !== undefined, answer.status);
    }
    const bytes = await answer.bytes(TOKEN_BYTES);
    const found = answer.status === 200 ? parseToken(bytes) : undefined;
    if (!found)
      throw new OciError(
        answer.status >= 500 || answer.status === 429 ? "unreachable" : "not-a-registry",
        `${realm.host}, which gives out ${this.#registry}'s tokens, answered ${answer.status} without one. Try again later.`,
        { status: answer.status },
      );
    const until = Date.now() + (found.expires_in ?? TOKEN_SECONDS) * 1000 - EARLY_MS;
    this.#tokens.set(keyOf(scope), { value: found.token, until });
    return found.token;
  }

  /** Where tokens are. A password goes there, so it may not be less safe than the registry itself. */
  #realm(text: string | undefined): URL {
    const realm = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
    if (realm?.protocol === "https:" || (realm?.protocol === "http:" && !this.#secure)) return realm;
    throw new OciError(
      "not-a-registry",
      `${this.#registry} asks for a token from "${text ?? ""}", which is not an https address; no credentials were sent.`,
    );
  }
}

export function unauthorized(
  registry: string,
  repository: string,
  tried: boolean,
  status?: number,
): OciError {
  const options = status === undefined ? {} : { status };
  if (!tried)
    return new OciError(
      "unauthorized",
      `${registry} asks who you are before it gives access to ${repository}. Run: hub registry login ${registry}`,
      options,
    );
  return new OciError(
    "unauthorized",
    `${registry} does not accept your credentials for ${repository}. Run: hub registry login ${registry}`,
    options,
  );
}

function basic({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

function keyOf({ repository, actions, from = "" }: Scope): string {
  return `${repository} ${actions} ${from}`;
}

function parseToken(bytes: Buffer): { token: string; expires_in?: number } | undefined {
  try {
    const { token, access_token, expires_in } = JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
    const value = token ?? access_token;
    if (typeof value !== "string" || value === "" || /[\r\n]/.test(value)) return undefined;
    return { token: value, ...(typeof expires_in === "number" ? { expires_in } : {}) };
  } catch {
    return undefined;
  }
}

/** The challenges of a `WWW-Authenticate` header (RFC 9110, 11.6.1), schemes in small letters. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  const token = /(?:\s*,)?\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/y;
  for (let match = token.exec(header); match?.[0]; match = token.exec(header)) {
    const [, name = "", quoted, plain] = match;
    const value = quoted?.replace(/\\(.)/g, "$1") ?? plain;
    const current = challenges.at(-1);
    if (value === undefined) challenges.push({ scheme: name.toLowerCase(), parameters: {} });
    else if (current) current.parameters[name.toLowerCase()] = value;
  }
  return challenges;
}

import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Store } from "../store/store.ts";
import { badRequest, unauthorized } from "./status.ts";

export interface User {
  name: string;
  uid?: string;
  groups: string[];
  extra?: Record<string, string[]>;
}

interface Claims {
  iss: string;
  sub: string;
  aud: string[];
  iat: number;
  exp: number;
  nbf: number;
  jti: string;
  groups?: string[];
  "kubernetes.io"?: { namespace: string; serviceaccount: { name: string; uid: string } };
}

export const ISSUER = "https://kubernetes.default.svc.cluster.local";
const ANONYMOUS: User = { name: "system:anonymous", groups: ["system:unauthenticated"] };

/** The user that the server's own controllers act as. */
export const SYSTEM: User = { name: "system:apiserver", groups: ["system:masters"] };

const ADMINISTRATOR: User = { name: "admin", groups: ["system:masters", "system:authenticated"] };

function serviceAccountUser(namespace: string, name: string, uid?: string): User {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    ...(uid && { uid }),
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
  };
}

/** Bearer tokens: JSON Web Tokens (RFC 7519, HS256) under a key that belongs to this cluster. */
export class Tokens {
  readonly #key: Buffer;
  readonly #store: Store;

  constructor(key: Buffer, store: Store) {
    this.#key = key;
    this.#store = store;
  }

  /** A token of a service account, bound to its uid. Expiry is in milliseconds since the epoch. */
  forServiceAccount(options: {
    namespace: string;
    name: string;
    uid: string;
    audiences?: string[];
    expires: number;
    now: number;
  }): string {
    const { namespace, name, uid, audiences, expires, now } = options;
    return this.#sign({
      ...this.#claims(`system:serviceaccount:${namespace}:${name}`, audiences ?? [ISSUER], now, expires),
      "kubernetes.io": { namespace, serviceaccount: { name, uid } },
    });
  }

  /** A token of a user who is no service account, with its groups. */
  forUser(user: { name: string; groups?: string[] }, now: number, expires: number): string {
    return this.#sign({ ...this.#claims(user.name, [ISSUER], now, expires), groups: user.groups ?? [] });
  }

  /**
   * The administrator's token, the same as long as the cluster lives. It is short, because kubectl names its cache
   * folder after the server's URL, in which it stands.
   */
  get administrator(): string {
    return this.#mac("administrator").toString("base64url").slice(0, 32);
  }

  /** Who a request's `Authorization` header names. Throws 401 when it names nobody that it can prove. */
  authenticate(headers: IncomingHttpHeaders, now: number): User {
    const header = headers.authorization;
    if (!header) return ANONYMOUS;
    const bearer = /^Bearer +(\S+)$/i.exec(header)?.[1];
    const token = bearer ?? basicPassword(header);
    const user = token && this.review(token, now)?.user;
    // A header that is of no scheme that the API server knows says nothing about who asks.
    if (!user && !bearer) return ANONYMOUS;
    if (!user) throw unauthorized();
    return user;
  }

  /** Checks a token; undefined when it is not one of ours, has expired, or its account is gone. */
  review(token: string, now: number): { user: User; audiences: string[] } | undefined {
    if (equal(token, this.administrator)) return { user: ADMINISTRATOR, audiences: [ISSUER] };
    const claims = this.#verify(token);
    if (!claims || claims.exp * 1000 <= now || claims.nbf * 1000 > now + 60_000) return;
    const bound = claims["kubernetes.io"];
    if (!bound) {
      return {
        user: { name: claims.sub, groups: [...(claims.groups ?? []), "system:authenticated"] },
        audiences: claims.aud,
      };
    }
    const account = this.#store.get("serviceaccounts", bound.namespace, bound.serviceaccount.name);
    if (account?.uid !== bound.serviceaccount.uid || account.deleting) return;
    return {
      user: {
        ...serviceAccountUser(bound.namespace, bound.serviceaccount.name, account.uid),
        extra: { "authentication.kubernetes.io/credential-id": [`JTI=${claims.jti}`] },
      },
      audiences: claims.aud,
    };
  }

  #claims(subject: string, audiences: string[], now: number, expires: number): Claims {
    const seconds = Math.floor(now / 1000);
    return {
      iss: ISSUER,
      sub: subject,
      aud: audiences,
      iat: seconds,
      nbf: seconds,
      exp: Math.floor(expires / 1000),
      jti: randomUUID(),
    };
  }

  #sign(claims: Claims): string {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const head = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
    return `${head}.${this.#mac(head).toString("base64url")}`;
  }

  #verify(token: string): Claims | undefined {
    const [header, payload, signature] = token.split(".");
    if (!header || !payload || !signature) return;
    if (!equal(signature, this.#mac(`${header}.${payload}`).toString("base64url"))) return;
    return JSON.parse(Buffer.from(payload, "base64url").toString()) as Claims;
  }

  #mac(text: string): Buffer {
    return createHmac("sha256", this.#key).update(text).digest();
  }
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * The token that a Basic header carries as its password. kubectl sends no bearer token over plain HTTP, but it does send
 * what stands in the server's URL.
 */
function basicPassword(header: string): string | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(header)?.[1];
  if (!encoded) return;
  const pair = Buffer.from(encoded, "base64").toString();
  return pair.slice(pair.indexOf(":") + 1);
}

/** What the `Impersonate-*` headers ask for; undefined when there are none. */
export function impersonated(headers: IncomingHttpHeaders): User | undefined {
  const name = headers["impersonate-user"];
  const groups = headers["impersonate-group"];
  const extra: Record<string, string[]> = {};
  for (const [header, value] of Object.entries(headers)) {
    const key = /^impersonate-extra-(.+)$/.exec(header)?.[1];
    if (key && value) extra[decodeURIComponent(key)] = String(value).split(", ");
  }
  const uid = headers["impersonate-uid"];
  if (!name) {
    if (!groups && !uid && Object.keys(extra).length === 0) return;
    throw badRequest(
      `requested ${goUser(String(uid ?? ""), groups, extra)} without impersonating a user name`,
    );
  }
  return {
    name: String(name),
    groups: groups ? String(groups).split(", ") : [],
    ...(typeof uid === "string" && { uid }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

/** What was asked for, as Go prints it. */
function goUser(uid: string, groups: string | string[] | undefined, extra: Record<string, string[]>): string {
  const list = (values: string[]) => `[]string{${values.map((value) => JSON.stringify(value)).join(", ")}}`;
  const pairs = Object.entries(extra).map(([key, values]) => `${JSON.stringify(key)}:${list(values)}`);
  return `&user.DefaultInfo{Name:"", UID:${JSON.stringify(uid)}, Groups:${
    groups ? list(String(groups).split(", ")) : "[]string(nil)"
  }, Extra:${pairs.length > 0 ? `map[string][]string{${pairs.join(", ")}}` : "map[string][]string(nil)"}}`;
}

import { createHash, randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import { type Cluster, type Informer, isAlreadyExists, isConflict, isNotFound } from "../cluster/index.ts";
import { API_VERSION, type Session } from "../model/resources.ts";
import { SpokenProblem } from "./messages.ts";
import type { Sessions } from "./sessions.ts";

/** No vowels, so that no words come about; no letters or digits that look alike (RFC 8628, 6.1). */
const LETTERS = "BCDFGHJKLMNPQRSTVWXZ";
const NOBODY = "-";
const REQUEST_SECONDS = 600;
/** Between a person's word and the command line's taking it. */
const APPROVAL_SECONDS = 120;
/** How often a command line that waits may ask. */
export const INTERVAL_SECONDS = 5;

export interface DeviceRequest {
  deviceCode: string;
  userCode: string;
  expiresIn: number;
  interval: number;
}

/** What a person decides about: shown before they do. */
export interface LoginRequest {
  code: string;
  host: string;
}

/**
 * Signing a command line in (RFC 8252 with PKCE, RFC 8628). Each step is an object named by a hash of a code, so any
 * replica takes the next one; taking it deletes the object, so no code works twice.
 */
export class CliLogins {
  readonly #cluster: Cluster;
  readonly #namespace: string;
  readonly #informer: Informer<Session>;
  readonly #sessions: Sessions;

  constructor(cluster: Cluster, namespace: string, informer: Informer<Session>, sessions: Sessions) {
    this.#cluster = cluster;
    this.#namespace = namespace;
    this.#informer = informer;
    this.#sessions = sessions;
  }

  /** A command line without a browser asks to be let in. */
  async request(host: string): Promise<DeviceRequest> {
    for (;;) {
      const letters = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join("");
      const userCode = `${letters.slice(0, 4)}-${letters.slice(4)}`;
      const deviceCode = `${userCode}.${randomBytes(32).toString("base64url")}`;
      const name = nameOf("r", userCode);
      try {
        await this.#create(name, "request", REQUEST_SECONDS, { user: NOBODY, host, proof: hash(deviceCode) });
        return { deviceCode, userCode, expiresIn: REQUEST_SECONDS, interval: INTERVAL_SECONDS };
      } catch (error) {
        if (!isAlreadyExists(error)) throw error; // Somebody has that code: draw another.
      }
    }
  }

  /** What waits under this code. Throws `login-expired` when nothing does. */
  async find(userCode: string): Promise<LoginRequest> {
    const code = canonical(userCode);
    const request = await this.#find(nameOf("r", code));
    if (!request) throw new SpokenProblem("login-expired", { error: "expired_token" });
    return { code, host: request.spec.host ?? "" };
  }

  /** A person's word on the request with this code. Throws `login-expired` when it was answered already. */
  async decide(userCode: string, user: string, approved: boolean): Promise<void> {
    const request = await this.#find(nameOf("r", canonical(userCode)));
    const proof = request?.spec.proof;
    if (!request || !proof) throw new SpokenProblem("login-expired", { error: "expired_token" });
    const { host = "" } = request.spec;
    try {
      await this.#create(nameOf("a", proof), approved ? "approval" : "refusal", APPROVAL_SECONDS, {
        user: approved ? user : NOBODY,
        host,
      });
    } catch (error) {
      if (isAlreadyExists(error)) throw new SpokenProblem("login-expired", { error: "expired_token" });
      throw error;
    }
    await this.#take(request);
  }

  /** A person let in the command line that opened this browser; returns the code for it, good once and for two minutes. */
  async authorize(
    user: string,
    asked: { host: string; codeChallenge: string; redirectUri: string },
  ): Promise<string> {
    const code = randomBytes(32).toString("base64url");
    await this.#create(nameOf("a", hash(code)), "approval", APPROVAL_SECONDS, {
      user,
      host: asked.host,
      redirectUri: asked.redirectUri,
      proof: asked.codeChallenge,
    });
    return code;
  }

  /** The session of a device code that was approved. Throws `login-pending`, `login-refused` or `login-expired`. */
  async redeemDevice(deviceCode: string, seconds: number, userAgent?: string): Promise<RedeemedSession> {
    const proof = hash(deviceCode);
    const approval = nameOf("a", proof);
    let answer = await this.#find(approval);
    if (!answer) {
      const request = await this.#find(nameOf("r", deviceCode.split(".")[0] ?? ""));
      if (request && same(request.spec.proof ?? "", proof))
        throw new SpokenProblem("login-pending", { error: "authorization_pending" });
      // It may have been decided between the two questions.
      answer = await this.#find(approval);
    }
    if (!answer || answer.spec.proof) throw new SpokenProblem("login-expired", { error: "expired_token" });
    return this.#redeem(answer, seconds, userAgent);
  }

  /** The session of a code that a browser brought. Whoever has the code and not its verifier uses it up in vain. */
  async redeemCode(
    code: string,
    shown: { verifier: string; redirectUri: string },
    seconds: number,
    userAgent?: string,
  ): Promise<RedeemedSession> {
    const approval = await this.#find(nameOf("a", hash(code)));
    if (!approval?.spec.proof) throw new SpokenProblem("login-expired", { error: "expired_token" });
    const challenge = createHash("sha256").update(shown.verifier).digest("base64url");
    const proven = same(approval.spec.proof, challenge) && approval.spec.redirectUri === shown.redirectUri;
    if (!proven) {
      await this.#take(approval);
      throw new SpokenProblem("login-expired", { error: "expired_token" });
    }
    return this.#redeem(approval, seconds, userAgent);
  }

  async #redeem(approval: Session, seconds: number, userAgent?: string): Promise<RedeemedSession> {
    await this.#take(approval);
    const { user, host = "", purpose } = approval.spec;
    if (purpose !== "approval") throw new SpokenProblem("login-refused", { error: "access_denied" });
    return { user, host, token: await this.#sessions.open(user, seconds, userAgent, { host }) };
  }

  async #create(
    name: string,
    purpose: "request" | "approval" | "refusal",
    seconds: number,
    spec: Omit<Session["spec"], "expiresAt" | "purpose">,
  ): Promise<void> {
    const expiresAt = new Date(Date.now() + seconds * 1000).toISOString();
    await this.#cluster.create<Session>({
      apiVersion: API_VERSION,
      kind: "Session",
      metadata: { name, namespace: this.#namespace },
      spec: { ...spec, purpose, expiresAt },
    });
  }

  /** Asks the API server for what this replica has not seen yet. */
  async #find(name: string): Promise<Session | undefined> {
    const found =
      this.#informer.get(this.#namespace, name) ?? (await this.#cluster.find<Session>(this.#ref(name)));
    return found && Date.parse(found.spec.expiresAt) > Date.now() ? found : undefined;
  }

  /** Deletes it; whoever comes second gets `login-expired`. */
  async #take({ metadata }: Session): Promise<void> {
    try {
      await this.#cluster.delete(this.#ref(metadata.name), { uid: metadata.uid ?? "" });
    } catch (error) {
      if (isNotFound(error) || isConflict(error))
        throw new SpokenProblem("login-expired", { error: "expired_token" });
      throw error;
    }
  }

  #ref(name: string) {
    return { apiVersion: API_VERSION, kind: "Session", name, namespace: this.#namespace };
  }
}

export interface RedeemedSession {
  user: string;
  host: string;
  /** The session's id, which is kept nowhere on the server. */
  token: string;
}

/** As it was shown, however it was typed. */
function canonical(code: string): string {
  const letters = code.toUpperCase().replace(/[^A-Z]/g, "");
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

const hash = (text: string) => createHash("sha256").update(text).digest("hex");

/** Sessions are called `s-…`, so that no step of a sign-in can be taken for one. */
const nameOf = (step: "r" | "a", code: string) => `${step}-${hash(code).slice(0, 40)}`;

function same(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

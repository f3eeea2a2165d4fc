import { createHash, randomBytes } from "node:crypto";
import { type Cluster, type Informer, isNotFound } from "../cluster/index.ts";
import { API_VERSION, type Session } from "../model/resources.ts";

/** So that people and scanners for leaked secrets recognize one. */
export const CLI_TOKEN_PREFIX = "hubcli_";

export type SessionEnd = "signed-out" | "expired";

/** A name that tells nothing about the id: whoever reads Session objects cannot use them to sign in. */
export function sessionName(id: string): string {
  return `s-${createHash("sha256").update(id).digest("hex").slice(0, 40)}`;
}

/**
 * The server's side of sign-in: `Session` objects in the system namespace. The cookie carries only an id; it is worth
 * something while the object exists and has not expired, on every replica.
 */
export class Sessions {
  readonly #cluster: Cluster;
  readonly #namespace: string;
  readonly #informer: Informer<Session>;
  readonly #ended = new Set<string>();
  readonly #watchers = new Map<string, Set<(end: SessionEnd) => void>>();

  constructor(cluster: Cluster, namespace: string, informer: Informer<Session>) {
    this.#cluster = cluster;
    this.#namespace = namespace;
    this.#informer = informer;
    informer.subscribe((event) => {
      if (event.type === "deleted") this.#end(event.object.metadata.name, "signed-out");
    });
  }

  /** Opens a session and returns its id (256 random bits), which is kept nowhere but in the cookie. */
  async open(
    user: string,
    seconds: number,
    userAgent?: string,
    commandLine?: { host: string },
  ): Promise<string> {
    const id = `${commandLine ? CLI_TOKEN_PREFIX : ""}${randomBytes(32).toString("base64url")}`;
    await this.#cluster.create<Session>({
      apiVersion: API_VERSION,
      kind: "Session",
      metadata: { name: sessionName(id), namespace: this.#namespace },
      spec: {
        user,
        expiresAt: new Date(Date.now() + seconds * 1000).toISOString(),
        ...(userAgent && { userAgent: userAgent.slice(0, 256) }),
        ...(commandLine && { purpose: "cli" as const, host: commandLine.host }),
      },
    });
    return id;
  }

  /** The session, or undefined when it has ended. Falls back on the API server for one not seen yet. */
  async find(id: string): Promise<Session | undefined> {
    const name = sessionName(id);
    if (this.#ended.has(name)) return undefined;
    const session =
      this.#informer.get(this.#namespace, name) ?? (await this.#cluster.find<Session>(this.#ref(name)));
    return session && !session.metadata.deletionTimestamp && !hasExpired(session) ? session : undefined;
  }

  /** Ends the session everywhere: here at once, on other replicas as soon as they see it. */
  async close(id: string): Promise<void> {
    const name = sessionName(id);
    this.#end(name, "signed-out");
    await this.#remove(name);
  }

  /** Ends every session of this person, browsers' and command lines', and what somebody is signing in with right now. */
  async closeAll(user: string): Promise<void> {
    // Listed afresh: one that was opened at another replica a moment ago must not survive.
    const type = { apiVersion: API_VERSION, kind: "Session", namespace: this.#namespace };
    const { items } = await this.#cluster.list<Session>(type);
    for (const { metadata, spec } of items) {
      if (spec.user !== user) continue;
      this.#end(metadata.name, "signed-out");
      await this.#remove(metadata.name);
    }
  }

  /** Calls back once, when the session is deleted (on any replica) or its time is over. Returns the way to stop it. */
  onEnd(id: string, expiresAt: string, listener: (end: SessionEnd) => void): () => void {
    const name = sessionName(id);
    const listeners = this.#watchers.get(name) ?? new Set();
    this.#watchers.set(name, listeners);
    const stop = () => {
      clearTimeout(timer);
      listeners.delete(listener);
      if (listeners.size === 0) this.#watchers.delete(name);
    };
    const timer = setTimeout(
      () => {
        stop();
        listener("expired");
      },
      Math.min(Math.max(Date.parse(expiresAt) - Date.now(), 0), 2 ** 31 - 1),
    );
    timer.unref();
    listeners.add(listener);
    if (this.#ended.has(name)) queueMicrotask(() => this.#end(name, "signed-out"));
    return stop;
  }

  /** Deletes sessions whose time is over. Several replicas may do it at once. */
  async sweep(): Promise<number> {
    const expired = this.#informer.list(this.#namespace).filter(hasExpired);
    for (const session of expired) await this.#remove(session.metadata.name);
    return expired.length;
  }

  #end(name: string, end: SessionEnd): void {
    this.#ended.add(name);
    // Remembered only until the informer knows as well; the oldest go first.
    if (this.#ended.size > 10_000) this.#ended.delete(this.#ended.values().next().value ?? "");
    const listeners = this.#watchers.get(name);
    this.#watchers.delete(name);
    for (const listener of listeners ?? []) listener(end);
  }

  async #remove(name: string): Promise<void> {
    try {
      await this.#cluster.delete(this.#ref(name));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  #ref(name: string) {
    return { apiVersion: API_VERSION, kind: "Session", name, namespace: this.#namespace };
  }
}

function hasExpired(session: Session): boolean {
  return Date.parse(session.spec.expiresAt) <= Date.now();
}

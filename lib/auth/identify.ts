import { decode } from "next-auth/jwt";
import { type Hub, tenantsOf } from "../hub/hub.ts";
import { SpokenProblem } from "../hub/messages.ts";
import { CLI_TOKEN_PREFIX } from "../hub/sessions.ts";
import { cookieNames, readCookies } from "./cookies.ts";
import type { SessionToken } from "./options.ts";

/** Who is asking, as the cluster knows them. */
export interface Visitor {
  uid: string;
  name: string;
  email?: string;
  administrator: boolean;
  session: { id: string; expiresAt: string };
  /** What they ask with: a browser's cookie, or the token of a command line that signed in (`hub login`). */
  door: "browser" | "command line";
}

/** The visitor, or undefined without a session that the server knows. Throws API errors. */
export async function identify(hub: Hub, secret: string, request: Request): Promise<Visitor | undefined> {
  const token = cliToken(request);
  if (token) return identifyToken(hub, token);
  const name = cookieNames(hub.config.url.startsWith("https:")).session;
  const cookie = readCookies(request.headers.get("cookie"))[name];
  if (!cookie) return undefined;
  const kept = await readToken(cookie, secret);
  if (!kept?.sid || !kept.uid) return undefined;
  const session = await hub.sessions.find(kept.sid);
  if (!session || session.spec.purpose || session.spec.user !== kept.uid) return undefined;
  return {
    uid: kept.uid,
    name: kept.name ?? kept.uid,
    ...(kept.email && { email: kept.email }),
    administrator: hub.members.isAdministrator(kept.uid),
    session: { id: kept.sid, expiresAt: session.spec.expiresAt },
    door: "browser",
  };
}

/**
 * A command line's token, if the request carries one: then it is never taken for its cookie's. Anybody else's
 * `Authorization`, a proxy's for one, is none of ours.
 */
function cliToken(request: Request): string | undefined {
  return new RegExp(`^Bearer (${CLI_TOKEN_PREFIX}[\\w-]{1,100})$`, "i").exec(
    request.headers.get("authorization") ?? "",
  )?.[1];
}

async function identifyToken(hub: Hub, id: string): Promise<Visitor | undefined> {
  const session = await hub.sessions.find(id);
  if (session?.spec.purpose !== "cli") return undefined;
  const { user: uid, expiresAt } = session.spec;
  const tenant = tenantsOf(hub).get(undefined, uid)?.spec;
  return {
    uid,
    name: tenant?.displayName ?? uid,
    ...(tenant?.email && { email: tenant.email }),
    administrator: hub.members.isAdministrator(uid),
    session: { id, expiresAt },
    door: "command line",
  };
}

/** Throws `signed-out` when there is no such visitor. */
export async function requireVisitor(hub: Hub, secret: string, request: Request): Promise<Visitor> {
  const visitor = await identify(hub, secret, request);
  if (visitor) return visitor;
  throw new SpokenProblem(
    cliToken(request) || request.headers.get("cookie")?.includes("sealos-session")
      ? "session-ended"
      : "signed-out",
  );
}

/** Undefined for a cookie that is not ours, or no longer: forged, of another key, or too old. */
async function readToken(cookie: string, secret: string): Promise<SessionToken | undefined> {
  try {
    return ((await decode({ token: cookie, secret })) as SessionToken | null) ?? undefined;
  } catch {
    return undefined; // Decryption failed: whoever sent it is not signed in, whatever the reason.
  }
}

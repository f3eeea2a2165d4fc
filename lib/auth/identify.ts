import { decode } from "next-auth/jwt";
import type { Hub } from "../hub/hub.ts";
import { SpokenProblem } from "../hub/messages.ts";
import { cookieNames, readCookies } from "./cookies.ts";
import type { SessionToken } from "./options.ts";

/** Who is asking, as the cluster knows them. */
export interface Visitor {
  uid: string;
  name: string;
  email?: string;
  administrator: boolean;
  session: { id: string; expiresAt: string };
}

/** The visitor, or undefined without a session that the server knows. Throws API errors. */
export async function identify(hub: Hub, secret: string, request: Request): Promise<Visitor | undefined> {
  const name = cookieNames(hub.config.url.startsWith("https:")).session;
  const cookie = readCookies(request.headers.get("cookie"))[name];
  if (!cookie) return undefined;
  const token = await readToken(cookie, secret);
  if (!token?.sid || !token.uid) return undefined;
  const session = await hub.sessions.find(token.sid);
  if (!session || session.spec.user !== token.uid) return undefined;
  return {
    uid: token.uid,
    name: token.name ?? token.uid,
    ...(token.email && { email: token.email }),
    administrator: hub.members.isAdministrator(token.uid),
    session: { id: token.sid, expiresAt: session.spec.expiresAt },
  };
}

/** Throws `signed-out` when there is no such visitor. */
export async function requireVisitor(hub: Hub, secret: string, request: Request): Promise<Visitor> {
  const visitor = await identify(hub, secret, request);
  if (visitor) return visitor;
  throw new SpokenProblem(
    request.headers.get("cookie")?.includes("sealos-session") ? "session-ended" : "signed-out",
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

import type { NextAuthOptions } from "next-auth";
import CredentialsModule from "next-auth/providers/credentials";
import GitHubModule from "next-auth/providers/github";
import type { OAuthConfig, Provider } from "next-auth/providers/index";
import { type Hub, tenantsOf } from "../hub/hub.ts";
import { requestTenant, tenantReady } from "../hub/tenants.ts";
import { cookieNames } from "./cookies.ts";
import { imported } from "./imported.ts";
import { demoAccounts, personOf } from "./person.ts";

const Credentials = imported(CredentialsModule);
const GitHub = imported(GitHubModule);

/** What the (encrypted) cookie says. Everything but `sid` is for the log; the Session on the server decides. */
export interface SessionToken {
  sid?: string;
  uid?: string;
  name?: string | null;
  email?: string | null;
}

const TENANT_WAIT_MS = 10_000;

/** Configuration of next-auth 4 (https://next-auth.js.org/configuration/options). */
export function authOptions(hub: Hub, secret: string, userAgent: string | undefined): NextAuthOptions {
  const { config } = hub;
  const secure = config.url.startsWith("https:");
  return {
    secret,
    useSecureCookies: secure,
    cookies: {
      sessionToken: {
        name: cookieNames(secure).session,
        options: { httpOnly: true, sameSite: "lax", path: "/", secure },
      },
    },
    session: { strategy: "jwt", maxAge: config.sessionSeconds },
    jwt: { maxAge: config.sessionSeconds },
    pages: { signIn: "/signin", signOut: "/signin", error: "/signin" },
    providers: providersOf(hub),
    logger: {
      error: (code, metadata) => hub.log.error({ code, err: errorOf(metadata) }, "sign-in failed"),
      warn: (code) => hub.log.debug({ code }, "next-auth warns"),
      debug: () => undefined,
    },
    callbacks: {
      async jwt({ token, account, user, profile }) {
        if (!account || !user) return token;
        const person = personOf(account, user, profile, config.oidc?.issuer ?? "");
        await requestTenant(hub.cluster, person);
        const sid = await hub.sessions.open(person.uid, config.sessionSeconds, userAgent);
        hub.metrics.signIns.inc({ provider: account.provider, result: "succeeded" });
        hub.log.info({ uid: person.uid, provider: account.provider }, "signed in");
        // The first page should find its workspace; a slow manager must not fail the sign-in itself.
        await tenantReady(tenantsOf(hub), hub.members, person.uid, TENANT_WAIT_MS).catch((error: unknown) =>
          hub.log.warn({ uid: person.uid, err: error }, "signed in before the workspace is ready"),
        );
        const { uid, displayName, email } = person;
        return { sid, uid, name: displayName ?? null, email: email ?? null } satisfies SessionToken;
      },
      async session({ session, token }) {
        const { sid, uid } = token as SessionToken;
        const known = sid ? await hub.sessions.find(sid) : undefined;
        return { expires: session.expires, ...(known && uid ? { user: { name: token.name, uid } } : {}) };
      },
    },
    events: {
      async signOut({ token }) {
        const { sid, uid } = (token ?? {}) as SessionToken;
        if (sid) await hub.sessions.close(sid);
        hub.log.info({ uid }, "signed out");
      },
    },
  };
}

function providersOf(hub: Hub): Provider[] {
  const { demo, oidc, github } = hub.config;
  const providers: Provider[] = [];
  if (demo) {
    providers.push(
      Credentials({
        id: "demo",
        name: "Demo",
        credentials: { account: { type: "text" } },
        authorize: (credentials) => {
          const found = demoAccounts.find(({ account }) => account === credentials?.account);
          if (!found) hub.metrics.signIns.inc({ provider: "demo", result: "refused" });
          return found ? { id: found.account, name: found.name } : null;
        },
      }),
    );
  }
  if (oidc) {
    providers.push({
      id: "oidc",
      name: oidc.name,
      type: "oauth",
      wellKnown: `${oidc.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
      clientId: oidc.clientId,
      clientSecret: oidc.clientSecret,
      idToken: true,
      checks: ["pkce", "state", "nonce"],
      authorization: { params: { scope: "openid email profile" } },
      profile: (profile) => ({
        id: profile.sub,
        name: profile.name ?? profile.preferred_username ?? null,
        email: profile.email ?? null,
      }),
    } satisfies OAuthConfig<{ sub: string; name?: string; preferred_username?: string; email?: string }>);
  }
  if (github) {
    providers.push(GitHub({ clientId: github.id, clientSecret: github.secret, checks: ["pkce", "state"] }));
  }
  return providers;
}

function errorOf(metadata: unknown): unknown {
  return metadata instanceof Error ? metadata : (metadata as { error?: unknown } | undefined)?.error;
}

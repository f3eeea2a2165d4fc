import type { SessionView } from "../../lib/model/session-views.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { askHub, HubProblem, hubApi } from "./hub-api.ts";
import { removeContexts, writeContexts } from "./kubeconfig.ts";
import { loginWithBrowser, loginWithDevice } from "./login.ts";
import { forgetSession, type HubSession, keepSession, sessionOf } from "./session.ts";

/** Signs in and writes the contexts. Throws for an address that would carry a token over the open network. */
export async function signIn(context: Context, address: string, device: boolean): Promise<void> {
  const url = hubAddress(address);
  const {
    access_token: token,
    expires_in,
    uid,
  } = device ? await loginWithDevice(context, url) : await loginWithBrowser(context, url);
  const expiresAt = new Date(Date.now() + expires_in * 1000).toISOString();
  await keepSession(context.env, { url, token, uid, expiresAt });
  const ask = <T>(path: string) => askHub<T>(url, "GET", path, { token, ...spoken(context) });
  const { user, workspaces } = await ask<SessionView>("/api/session");
  const namespaces = workspaces.map(({ namespace }) => namespace);
  const cluster = await clusterOf(ask);
  const written = cluster && (await writeContexts(context.env, { url, ...cluster }, namespaces));
  context.out.result({ url, user, namespaces, expiresAt, ...written }, () => [
    context.out.say(["Signed in to {url} as {name}.", "已以 {name} 的身份登录 {url}。"], {
      url,
      name: user.name,
    }),
    written
      ? context.out.say(["Contexts in {path}: {contexts}", "{path} 中的上下文：{contexts}"], {
          path: written.path,
          contexts: written.contexts.join(", "),
        })
      : context.out.say([
          "This Hub does not say where its cluster is reached: search and plans work, kubectl does not.",
          "该 Hub 未公布集群地址：可以搜索和查看计划，但不能使用 kubectl。",
        ]),
  ]);
  if (written?.before && !written.contexts.includes(written.before))
    context.out.note(["The current context was {before}.", "之前的当前上下文是 {before}。"], {
      before: written.before,
    });
}

const spoken = ({ language, signal }: Context) => ({ language, signal });

async function clusterOf(ask: <T>(path: string) => Promise<T>) {
  try {
    return await ask<{ server: string; certificateAuthority?: string }>("/api/cli/cluster");
  } catch (error) {
    if (error instanceof HubProblem && error.status === 404) return undefined;
    throw error;
  }
}

/** The origin. Throws for anything but https, or http on this machine. */
function hubAddress(address: string): string {
  const text = /^https?:/.test(address) ? address : `https://${address}`;
  if (!URL.canParse(text))
    throw new CommandError(["{address} is no address.", "{address} 不是有效地址。"], {
      params: { address },
      exit: "usage",
    });
  const { protocol, hostname, origin } = new URL(text);
  if (protocol === "http:" && !/^(localhost|127\.0\.0\.1|\[::1\]|.+\.localhost)$/.test(hostname))
    throw new CommandError(
      [
        "{address} is not encrypted: anybody on the way could take your session. Use https.",
        "{address} 未加密，会话可能被窃取。请使用 https。",
      ],
      { params: { address }, exit: "usage" },
    );
  return origin;
}

/** Ends the session at the Hub, then here. One that has ended already is no fault. */
export async function signOut(context: Context, everywhere: boolean): Promise<void> {
  const { session, ask } = await hubApi(context);
  try {
    await ask("DELETE", everywhere ? "/api/sessions" : "/api/session");
  } catch (error) {
    if (!(error instanceof HubProblem && error.status === 401)) throw error;
  }
  await forgetSession(context.env, session.url);
  await removeContexts(context.env, session.url);
  context.out.result({ url: session.url }, () =>
    context.out.say(
      [
        "Signed out of {url}. A token that kubectl got last works for ten minutes at most.",
        "已退出 {url}。kubectl 最后获得的令牌最多还能使用十分钟。",
      ],
      { url: session.url },
    ),
  );
}

/** https://kubernetes.io/docs/reference/config-api/client-authentication.v1/ */
export async function printCredential(context: Context, url: string): Promise<void> {
  const { namespace = "", env } = context;
  const session: HubSession | undefined = await sessionOf(env, url);
  if (!session)
    throw new CommandError(
      ["You are not signed in to {url}. Run: hub login {url}", "您尚未登录 {url}。请运行：hub login {url}"],
      {
        params: { url },
        exit: "not-allowed",
      },
    );
  const path = `/api/namespaces/${encodeURIComponent(namespace)}/credential`;
  const status = await askHub<object>(url, "POST", path, { token: session.token, ...spoken(context) });
  process.stdout.write(
    `${JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status })}\n`,
  );
}

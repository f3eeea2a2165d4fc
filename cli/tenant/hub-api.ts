import { CommandError, type ExitCode } from "../lib/errors.ts";
import type { Language } from "../lib/text.ts";
import { type HubSession, sessionOf } from "./session.ts";

/** A problem that the Hub answered with (RFC 9457). */
export class HubProblem extends CommandError {
  readonly status: number;
  /** OAuth's word for it, in the steps of signing in. */
  readonly oauth: string | undefined;

  constructor(status: number, detail: string, oauth?: string) {
    super([detail, detail], { exit: exitOf(status) });
    this.status = status;
    this.oauth = oauth;
  }
}

function exitOf(status: number): ExitCode {
  if (status === 401 || status === 403) return "not-allowed";
  if (status === 404) return "not-found";
  return status >= 502 ? "unreachable" : "failed";
}

/** One request to a Hub's API. Redirects are not followed: the token is for this Hub alone. */
export async function askHub<T>(
  url: string,
  method: string,
  path: string,
  options: { token?: string; body?: unknown; language?: Language; signal?: AbortSignal } = {},
): Promise<T> {
  const { token, body, language, signal } = options;
  let response: Response;
  try {
    response = await fetch(new URL(path, url), {
      method,
      redirect: "manual",
      headers: {
        accept: "application/json, application/problem+json",
        "accept-language": language ?? "en",
        "user-agent": "hub",
        "x-requested-with": "sealos-hub",
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new CommandError(
      [
        "The Hub at {url} does not answer. Check the address and your network.",
        "{url} 处的 Hub 没有响应，请检查地址和网络。",
      ],
      { params: { url }, exit: "unreachable", cause },
    );
  }
  const text = await response.text();
  if (response.ok) return (text === "" ? undefined : JSON.parse(text)) as T;
  if (response.headers.get("content-type")?.includes("json")) {
    const { detail, title, params } = JSON.parse(text) as {
      detail?: string;
      title?: string;
      params?: { error?: string };
    };
    throw new HubProblem(response.status, detail ?? title ?? `status ${response.status}`, params?.error);
  }
  throw new CommandError(
    [
      "{url} is no Hub: it answered {path} with status {status}.",
      "{url} 不是 Hub：对 {path} 返回了状态 {status}。",
    ],
    { params: { url, path, status: response.status } },
  );
}

/** The API of the Hub that somebody signed in to. */
export interface HubApi {
  session: HubSession;
  ask<T>(method: string, path: string, body?: unknown): Promise<T>;
}

interface Surroundings {
  env: NodeJS.ProcessEnv;
  language: Language;
  signal: AbortSignal;
}

/** Undefined when nobody signed in. */
export async function findHubApi({ env, language, signal }: Surroundings): Promise<HubApi | undefined> {
  const session = await sessionOf(env);
  if (!session) return undefined;
  return {
    session,
    ask: (method, path, body) =>
      askHub(session.url, method, path, { token: session.token, body, language, signal }),
  };
}

/** Throws when nobody signed in. */
export async function hubApi(context: Surroundings): Promise<HubApi> {
  const api = await findHubApi(context);
  if (api) return api;
  throw new CommandError(
    [
      "You are not signed in to a Hub. Run: hub login https://HUB",
      "您尚未登录 Hub。请运行：hub login https://HUB",
    ],
    { exit: "not-allowed" },
  );
}

import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { loginCode } from "../../lib/model/login-code.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { openBrowser } from "./browser.ts";
import { askHub, HubProblem } from "./hub-api.ts";

export interface Redeemed {
  access_token: string;
  expires_in: number;
  uid: string;
}

/** What this machine calls itself, as the Hub takes it. */
function machineName(): string {
  return (
    hostname()
      .replace(/[^\w. -]/g, "-")
      .replace(/^[^A-Za-z0-9]+/, "")
      .slice(0, 64) || "computer"
  );
}

/** With a browser on this machine: a loopback redirect with PKCE and state (RFC 8252). */
export async function loginWithBrowser(context: Context, url: string): Promise<Redeemed> {
  const verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const state = randomBytes(24).toString("base64url");
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const server = createServer((request, response) => {
    const asked = new URL(request.url ?? "/", "http://127.0.0.1");
    // Any page may send a browser here; only ours knows the state.
    if (asked.pathname !== "/callback" || asked.searchParams.get("state") !== state) {
      response.writeHead(404).end();
      return;
    }
    const code = asked.searchParams.get("code");
    const words = code
      ? context.out.say(["Signed in. You can close this tab.", "已登录，可以关闭此标签页。"])
      : context.out.say(["Refused. You can close this tab.", "已拒绝，可以关闭此标签页。"]);
    response
      .writeHead(200, {
        "content-type": "text/plain; charset=utf-8",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
      })
      .end(`${words}\n`);
    if (code) resolve(code);
    else
      reject(
        new CommandError(["You refused in the browser.", "您已在浏览器中拒绝。"], { exit: "not-allowed" }),
      );
  });
  const abort = () => reject(context.signal.reason);
  context.signal.addEventListener("abort", abort);
  try {
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
    const page = new URL("/cli", url);
    for (const [name, value] of Object.entries({
      ...{ host: machineName(), redirect_uri: redirectUri, code_challenge: challenge, state },
    }))
      page.searchParams.set(name, value);
    context.out.note(["Code to compare: {code}", "请比对代码：{code}"], { code: await loginCode(challenge) });
    context.out.note(
      [
        "Opening {page}\nIf no browser opens, open it yourself, or use --device.",
        "正在打开 {page}\n如果浏览器没有打开，请自行打开，或使用 --device。",
      ],
      { page: page.href },
    );
    openBrowser(page.href, context.env);
    const code = await promise;
    const body = {
      grant_type: "authorization_code",
      ...{ code, code_verifier: verifier, redirect_uri: redirectUri },
    };
    const { language, signal } = context;
    return await askHub<Redeemed>(url, "POST", "/api/cli/token", { body, language, signal });
  } finally {
    context.signal.removeEventListener("abort", abort);
    server.close();
    server.closeAllConnections();
  }
}

/** With a browser anywhere: a code to type (RFC 8628). */
export async function loginWithDevice(context: Context, url: string): Promise<Redeemed> {
  const { language, signal } = context;
  const ask = <T>(path: string, body: unknown) => askHub<T>(url, "POST", path, { body, language, signal });
  const started = await ask<{
    device_code: string;
    user_code: string;
    verification_uri: string;
    verification_uri_complete: string;
    expires_in: number;
    interval: number;
  }>("/api/cli/device", { host: machineName() });
  context.out.note(["Open {page}\nand confirm the code {code}", "请打开 {page}\n并确认代码 {code}"], {
    page: started.verification_uri_complete,
    code: started.user_code,
  });
  let seconds = started.interval;
  const until = Date.now() + started.expires_in * 1000;
  while (Date.now() < until) {
    await delay(seconds * 1000, undefined, { signal });
    try {
      return await ask<Redeemed>("/api/cli/token", {
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
        device_code: started.device_code,
      });
    } catch (error) {
      if (!(error instanceof HubProblem)) throw error;
      // Still waiting, or asked too often: RFC 8628 adds five seconds then.
      if (error.oauth === "slow_down") seconds += 5;
      else if (error.oauth !== "authorization_pending") throw error;
    }
  }
  throw new CommandError(["Nobody confirmed the code in time. Start again.", "代码未及时确认，请重试。"], {
    exit: "not-allowed",
  });
}

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import { Browser } from "../../../lib/auth/testing/hub.ts";

export interface Issuer {
  url: string;
  /** Lets somebody through whatever the console at this origin leads to, with forms and redirects. */
  signIn(tab: Browser, console: string, login: string): Promise<void>;
  stop(): void;
}

/** An OpenID Connect issuer on loopback that believes whoever says who they are. */
export async function startIssuer(client: { id: string; secret: string; redirect: string }): Promise<Issuer> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(url, {
    clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [client.redirect] }],
    cookies: { keys: ["test"] },
    claims: { openid: ["sub"], profile: ["name"] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: id }) }),
  });
  server.on("request", provider.callback());

  const signIn = async (tab: Browser, console: string, login: string) => {
    const atIssuer = new Browser(url, (request) => fetch(request, { redirect: "manual" }));
    const { csrfToken } = (await (await tab.fetch("/api/auth/csrf")).json()) as { csrfToken: string };
    const begun = await tab.fetch("/api/auth/signin/oidc", {
      method: "POST",
      json: { csrfToken, callbackUrl: "/", json: "true" },
    });
    let address = new URL(((await begun.json()) as { url: string }).url);
    for (let step = 0; step < 20; step++) {
      if (address.origin === console) {
        await tab.fetch(`${address.pathname}${address.search}`);
        return;
      }
      let answer = await atIssuer.fetch(`${address.pathname}${address.search}`);
      if (answer.status === 200) {
        const page = await answer.text();
        const action = /action="([^"]+)"/.exec(page)?.[1] ?? "";
        const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? "";
        const body = new URLSearchParams(
          prompt === "login" ? { prompt, login, password: "any" } : { prompt },
        );
        answer = await atIssuer.fetch(new URL(action, url).pathname, { method: "POST", body });
      }
      address = new URL(answer.headers.get("location") ?? "", address);
    }
    throw new Error("the sign-in did not come to an end");
  };
  return {
    url,
    signIn,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

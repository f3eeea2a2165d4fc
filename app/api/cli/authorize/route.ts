import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { SpokenProblem } from "@/lib/hub/messages.ts";
import { codeChallenge, hostName, loopback, state } from "../words.ts";

const body = z.strictObject({
  host: hostName,
  redirect_uri: loopback,
  code_challenge: codeChallenge,
  state,
  approve: z.boolean(),
});

/** The person's word; the page takes the answer's address. https://www.rfc-editor.org/rfc/rfc8252 */
export const POST = route(
  {
    id: "authorizeCommandLine",
    summary: "Let in, or refuse, the command line that opened this browser",
    body,
    answer: z.object({ redirect: z.string() }),
  },
  async ({ hub, visitor, body: asked }) => {
    if (visitor.door !== "browser") throw new SpokenProblem("login-browser-only");
    const redirect = new URL(asked.redirect_uri);
    redirect.searchParams.set("state", asked.state);
    if (asked.approve) {
      const code = await hub.cliLogins.authorize(visitor.uid, {
        host: asked.host,
        codeChallenge: asked.code_challenge,
        redirectUri: asked.redirect_uri,
      });
      redirect.searchParams.set("code", code);
    } else redirect.searchParams.set("error", "access_denied");
    return { redirect: redirect.href };
  },
);

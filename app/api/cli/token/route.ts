import { z } from "zod";
import { json, route } from "@/lib/auth/route.ts";
import { loopback } from "../words.ts";

const body = z.discriminatedUnion("grant_type", [
  z.strictObject({
    grant_type: z.literal("authorization_code"),
    code: z.string().min(1).max(128),
    code_verifier: z.string().regex(/^[\w.~-]{43,128}$/, "not a verifier (RFC 7636)"),
    redirect_uri: loopback,
  }),
  z.strictObject({
    grant_type: z.literal("urn:ietf:params:oauth:grant-type:device_code"),
    device_code: z.string().min(1).max(128),
  }),
]);
const answer = z.object({
  access_token: z.string(),
  token_type: z.literal("Bearer"),
  expires_in: z.number(),
  uid: z.string(),
});

/** https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3 and rfc8628#section-3.4, with JSON instead of a form. */
export const POST = route(
  {
    id: "redeemLogin",
    summary: "A command line that was let in takes its session",
    access: "public",
    body,
    answer,
  },
  async ({ hub, cliLimits, request, body: asked }) => {
    const seconds = hub.config.cliSessionSeconds;
    const userAgent = request.headers.get("user-agent") ?? undefined;
    if (asked.grant_type === "authorization_code") cliLimits.attempt(request);
    else cliLimits.poll(asked.device_code);
    const { user, host, token } =
      asked.grant_type === "authorization_code"
        ? await hub.cliLogins.redeemCode(
            asked.code,
            { verifier: asked.code_verifier, redirectUri: asked.redirect_uri },
            seconds,
            userAgent,
          )
        : await hub.cliLogins.redeemDevice(asked.device_code, seconds, userAgent);
    hub.log.info({ uid: user, host }, "a command line signed in");
    return json({ access_token: token, token_type: "Bearer", expires_in: seconds, uid: user }, 200);
  },
);

import { z } from "zod";
import { json, route } from "@/lib/auth/route.ts";
import { hostName } from "../words.ts";

const answer = z.object({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri: z.string(),
  verification_uri_complete: z.string(),
  expires_in: z.number(),
  interval: z.number(),
});

/** https://www.rfc-editor.org/rfc/rfc8628#section-3.2, with JSON instead of a form. */
export const POST = route(
  {
    id: "startDeviceLogin",
    summary: "A command line without a browser asks to be let in (RFC 8628)",
    access: "public",
    body: z.strictObject({ host: hostName }),
    answer,
  },
  async ({ hub, cliLimits, request, body: { host } }) => {
    cliLimits.attempt(request);
    const { deviceCode, userCode, expiresIn, interval } = await hub.cliLogins.request(host);
    const page = `${hub.config.url}/cli`;
    return json(
      {
        device_code: deviceCode,
        user_code: userCode,
        verification_uri: page,
        verification_uri_complete: `${page}?code=${userCode}`,
        expires_in: expiresIn,
        interval,
      },
      200,
    );
  },
);

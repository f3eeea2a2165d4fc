import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { SpokenProblem } from "@/lib/hub/messages.ts";
import { userCode } from "../../words.ts";

const params = z.object({ code: userCode });

export const GET = route(
  {
    id: "getLoginRequest",
    summary: "Which command line waits under this code",
    params,
    answer: z.object({ code: z.string(), host: z.string() }),
  },
  async ({ hub, visitor, cliLimits, params: { code } }) => {
    if (visitor.door !== "browser") throw new SpokenProblem("login-browser-only");
    cliLimits.code(visitor.uid);
    return hub.cliLogins.find(code);
  },
);

export const POST = route(
  {
    id: "decideLoginRequest",
    summary: "Let in, or refuse, the command line that waits under this code",
    params,
    body: z.strictObject({ approve: z.boolean() }),
    status: 204,
  },
  async ({ hub, visitor, cliLimits, params: { code }, body: { approve } }) => {
    if (visitor.door !== "browser") throw new SpokenProblem("login-browser-only");
    cliLimits.code(visitor.uid);
    await hub.cliLogins.decide(code, visitor.uid, approve);
    return undefined;
  },
);

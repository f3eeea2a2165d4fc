import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { SpokenProblem } from "@/lib/hub/messages.ts";

const answer = z.object({ server: z.string(), certificateAuthority: z.string().optional() });

export const GET = route(
  { id: "getCluster", summary: "Where people's own tools reach the API server", answer },
  async ({ hub }) => {
    const { kubernetes } = hub.config;
    if (!kubernetes) throw new SpokenProblem("cluster-not-public");
    const { url, certificateAuthority } = kubernetes;
    return { server: url, ...(certificateAuthority && { certificateAuthority }) };
  },
);

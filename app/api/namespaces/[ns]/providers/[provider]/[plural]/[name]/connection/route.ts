import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import type { KubernetesObject } from "@/lib/model/kubernetes.ts";
import { instanceParams } from "../../../../instances.ts";

const value = { name: z.string(), value: z.string(), secret: z.boolean() };

export const GET = route(
  {
    id: "getConnection",
    summary: "How to connect to an instance; values of Secrets are read as the member",
    params: instanceParams,
    answer: z.object({
      fields: z.array(z.object({ ...value, label: z.string(), file: z.string().optional() })),
      uris: z.array(z.object(value)),
    }),
  },
  async ({ operations, hub, visitor, params: { ns, provider, plural, name }, locale }) => {
    const member = hub.members.clusterOf(visitor.uid, ns);
    const { kind } = await hub.instances.kind(provider, plural);
    const ref = { apiVersion: kind.apiVersion, kind: kind.kind, name, namespace: ns };
    return operations.connectionView(member, kind, await member.get<KubernetesObject>(ref), locale);
  },
);

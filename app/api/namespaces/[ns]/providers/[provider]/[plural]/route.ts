import { json, route } from "@/lib/auth/route.ts";
import { dryRunQuery, kindParams, objectAnswer, objectBody } from "../../instances.ts";

export const POST = route(
  {
    id: "createInstance",
    summary:
      "Create an instance of a provider's kind; with dryRun only ask whether the cluster would take it",
    params: kindParams,
    query: dryRunQuery,
    body: objectBody,
    answer: objectAnswer,
    status: 201,
  },
  async ({ operations, hub, visitor, params: { ns, provider, plural }, query, body }) => {
    hub.members.requireAccount(visitor.uid, ns);
    const dryRun = query.dryRun === "true";
    const { kind } = await hub.instances.kind(provider, plural);
    const who = { uid: visitor.uid, namespace: ns };
    const object = await operations.writeInstance(hub, who, kind, body.object, { dryRun });
    if (!dryRun) return json({ object }, 201);
    return json({ object, estimate: await operations.estimateInstance(hub, who, kind, object) }, 200);
  },
);

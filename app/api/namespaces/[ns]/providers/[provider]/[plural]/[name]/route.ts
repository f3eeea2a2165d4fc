import { route } from "@/lib/auth/route.ts";
import { dryRunQuery, instanceParams, objectAnswer, objectBody } from "../../../instances.ts";

export const PUT = route(
  {
    id: "replaceInstance",
    summary: "Replace an instance; its resourceVersion guards against a change in between",
    params: instanceParams,
    query: dryRunQuery,
    body: objectBody,
    answer: objectAnswer,
  },
  async ({ operations, hub, visitor, params: { ns, provider, plural, name }, query, body }) => {
    hub.members.requireAccount(visitor.uid, ns);
    const { kind } = await hub.instances.kind(provider, plural);
    const who = { uid: visitor.uid, namespace: ns };
    const dryRun = query.dryRun === "true";
    const object = await operations.writeInstance(hub, who, kind, body.object, { dryRun, replace: name });
    return dryRun
      ? { object, estimate: await operations.estimateInstance(hub, who, kind, object) }
      : { object };
  },
);

export const DELETE = route(
  { id: "deleteInstance", summary: "Delete an instance", params: instanceParams, status: 202 },
  async ({ operations, hub, visitor, params: { ns, provider, plural, name } }) => {
    hub.members.requireAccount(visitor.uid, ns);
    const { kind } = await hub.instances.kind(provider, plural);
    await operations.deleteInstance(hub, { uid: visitor.uid, namespace: ns }, kind, name);
    return undefined;
  },
);

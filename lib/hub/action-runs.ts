import { checkedAction } from "../install/action.ts";
import { groupKind } from "../install/references.ts";
import type { ImageContent } from "../model/image.ts";
import type { ObjectReference } from "../model/kubernetes.ts";
import { type ActionRun, API_VERSION, type Installation, label } from "../model/resources.ts";
import type { Hub } from "./hub.ts";
import { SpokenProblem } from "./messages.ts";

export interface NewActionRun {
  installation?: string | undefined;
  instance?: ObjectReference | undefined;
  action: string;
  inputs: Record<string, string>;
}

/**
 * Begins an action as the member. Unknown actions, wrong inputs and what it acts on being gone are refused before
 * anything is written; the outcome is in the ActionRun.
 */
export async function runAction(
  hub: Hub,
  uid: string,
  namespace: string,
  { installation, instance, action, inputs }: NewActionRun,
): Promise<ActionRun> {
  const member = hub.members.clusterOf(uid, namespace);
  const spec: ActionRun["spec"] = {
    ...(instance ? { instance } : { installation: installation ?? "" }),
    action,
    inputs,
  };
  let content: ImageContent;
  if (instance) {
    await member.get({ ...instance, namespace });
    const provider = hub.instances.providers
      .list()
      .find(({ status }) => status?.instanceKinds?.some((kind) => groupKind(kind) === groupKind(instance)));
    if (!provider) throw new SpokenProblem("provider-unknown", { provider: instance.kind });
    content = (await hub.instances.load(provider.metadata.name)).content;
  } else {
    const reference = { apiVersion: API_VERSION, kind: "Installation", namespace, name: installation ?? "" };
    const { status, spec: wanted } = await member.get<Installation>(reference);
    if (!status?.digest) throw new SpokenProblem("content-missing", { image: wanted.image });
    content = await hub.catalogue.content(status.digest, wanted.image);
  }
  await checkedAction(content, spec);
  return member.create<ActionRun>({
    apiVersion: API_VERSION,
    kind: "ActionRun",
    metadata: {
      name: "",
      generateName: `${action.slice(0, 50)}-`,
      namespace,
      ...(installation ? { labels: { [label.installation]: installation } } : {}),
    },
    spec,
  });
}

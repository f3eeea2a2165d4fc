import type { Cluster } from "../cluster/index.ts";
import { checkedAction, startsInstance } from "../install/action.ts";
import { previewAction } from "../install/action-preview.ts";
import { instanceRunScope } from "../install/action-scope.ts";
import { fittedInputs, leftOf, objections } from "../install/fit.ts";
import { renderContext } from "../install/prepare.ts";
import type { Amounts } from "../install/quota.ts";
import { groupKind } from "../install/references.ts";
import type { ChangeEstimate } from "../model/estimate.ts";
import type { Action, ImageContent } from "../model/image.ts";
import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";
import {
  type ActionRun,
  type ActionSummary,
  API_VERSION,
  type Installation,
  label,
} from "../model/resources.ts";
import { refuseOverBudget } from "./budgets.ts";
import { changeEstimate } from "./estimates.ts";
import type { Hub } from "./hub.ts";
import type { LoadedProvider } from "./instances.ts";
import { SpokenProblem } from "./messages.ts";
import { actionsOf } from "./provider-view.ts";

export interface NewActionRun {
  installation?: string | undefined;
  instance?: ObjectReference | undefined;
  action: string;
  inputs: Record<string, string>;
}

/**
 * What an action would make of what is requested and paid for. Inputs and conditions are checked as a run's are. Of an
 * installation's action nothing is told.
 */
export async function estimateAction(
  hub: Hub,
  uid: string,
  namespace: string,
  { instance, action: name, inputs: given }: NewActionRun,
): Promise<ChangeEstimate> {
  if (!instance) return { objects: [], unread: [] };
  const member = hub.members.clusterOf(uid, namespace);
  const object = await member.get<KubernetesObject>({ ...instance, namespace });
  const { content, image } = await providerOf(hub, instance);
  const left = await leftIn(member, namespace);
  const { action, inputs } = await checkedAction(
    content,
    { instance, action: name, inputs: given },
    object,
    left,
  );
  const { cloudDomain: domain, cloudPort: port, cloudScheme: scheme, certSecretName } = hub.config;
  const context = renderContext(namespace, { domain, port, scheme, certSecretName });
  const now = new Date().toISOString();
  const { scope } = await instanceRunScope({
    ...{ content, action, inputs, object, left, context, now },
    ...{ organization: image.org, drawn: "drawn" },
  });
  const changes = await previewAction(member, { action, scope, object });
  return changeEstimate(hub, { member, uid, namespace }, content.provider?.instances ?? [], changes);
}

async function leftIn(member: Cluster, namespace: string): Promise<Amounts> {
  const limits = { apiVersion: "v1", kind: "ResourceQuota", namespace };
  return leftOf((await member.list<KubernetesObject>(limits)).items);
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
  let object: KubernetesObject | undefined;
  let left: Amounts = {};
  if (instance) {
    object = await member.get<KubernetesObject>({ ...instance, namespace });
    ({ content } = await providerOf(hub, instance));
    if (startsInstance(content, spec)) refuseOverBudget(hub, namespace);
    left = await leftIn(member, namespace);
  } else {
    const reference = { apiVersion: API_VERSION, kind: "Installation", namespace, name: installation ?? "" };
    const { status, spec: wanted } = await member.get<Installation>(reference);
    if (!status?.digest) throw new SpokenProblem("content-missing", { image: wanted.image });
    content = await hub.catalogue.content(status.digest, wanted.image);
  }
  await checkedAction(content, spec, object, left);
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

/** Stops a run as the member, or keeps it from beginning. One that has ended stays as it is. */
export function cancelRun(hub: Hub, uid: string, namespace: string, name: string): Promise<ActionRun> {
  const reference = { apiVersion: API_VERSION, kind: "ActionRun", namespace, name };
  return hub.members
    .clusterOf(uid, namespace)
    .patch<ActionRun>(reference, { spec: { cancelled: true } }, { type: "merge" });
}

/**
 * What a person can start on an instance: the inputs hold its present values, and choices only what it allows. What makes no
 * sense for it as it is now says why.
 */
export async function actionsOn(
  hub: Hub,
  uid: string,
  namespace: string,
  instance: ObjectReference,
): Promise<ActionSummary[]> {
  const object = await hub.members
    .clusterOf(uid, namespace)
    .get<KubernetesObject>({ ...instance, namespace });
  const { content } = await providerOf(hub, instance);
  const left = leftOf(hub.informers.core("ResourceQuota").list(namespace));
  const fits = ({ phase, target }: Action) =>
    !phase && target !== undefined && groupKind(target) === groupKind(instance);
  const actions = content.actions.filter(fits);
  const against = await objections(actions, object, left);
  return Promise.all(
    actionsOf({ ...content, actions }).map(async (summary, index) => ({
      ...summary,
      inputs: await fittedInputs(summary.inputs ?? [], object),
      ...(against[index] && { unavailable: against[index] }),
    })),
  );
}

/** @throws SpokenProblem `provider-unknown` or `content-missing` */
async function providerOf(hub: Hub, instance: ObjectReference): Promise<LoadedProvider> {
  const provider = hub.instances.providers
    .list()
    .find(({ status }) => status?.instanceKinds?.some((kind) => groupKind(kind) === groupKind(instance)));
  if (!provider) throw new SpokenProblem("provider-unknown", { provider: instance.kind });
  return hub.instances.load(provider.metadata.name);
}

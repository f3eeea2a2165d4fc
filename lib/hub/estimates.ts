import type { Cluster } from "../cluster/index.ts";
import type { ObjectChange } from "../install/action-preview.ts";
import { type InstanceRequest, instanceRequest } from "../install/instance-requests.ts";
import { type Amounts, usageOf } from "../install/quota.ts";
import { groupKind } from "../install/references.ts";
import type { ChangeEstimate, Estimate } from "../model/estimate.ts";
import type { InstanceKind } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { parseImageReference } from "../model/names.ts";
import { ProblemError } from "../model/problem.ts";
import { API_VERSION, type Installation, label } from "../model/resources.ts";
import type { Hub } from "./hub.ts";
import { plan } from "./plan.ts";
import { estimate, pricesInForce } from "./prices.ts";

/** They end by themselves, and a month's price says nothing of them. */
const PASSING: readonly string[] = ["Job", "CronJob", "Pod"];

/**
 * What changes of a workspace's objects make of what is requested and paid for: of instances as their provider declares
 * it, of everything else as it stands in the object. Objects of which there is nothing to tell are left out.
 * @param kinds of instances
 */
export async function changeEstimate(
  hub: Hub,
  { member, uid, namespace }: { member: Cluster; uid: string; namespace: string },
  kinds: readonly InstanceKind[],
  changes: readonly ObjectChange[],
): Promise<ChangeEstimate> {
  const told: ChangeEstimate = { objects: [], unread: [] };
  const limits = { apiVersion: "v1", kind: "LimitRange", namespace };
  const { items: ranges } = await member.list<KubernetesObject>(limits);
  const book = await pricesInForce(hub).catch((err: unknown) => {
    hub.log.warn({ err }, "the prices cannot be read: an estimate has no cost");
    return undefined;
  });
  for (const { before, after, expected } of changes) {
    const reference = { kind: after.kind, name: after.metadata.name };
    if (after.apiVersion === API_VERSION && after.kind === "Installation") {
      const app = await appEstimate(hub, uid, namespace, after as Installation);
      if (app) told.objects.push({ ...reference, after: app });
      else told.unread.push(reference);
      continue;
    }
    const price = estimate(book, organizationOf(hub, namespace, before ?? after));
    const [now, then] = [before && (await requestOf(before)), await requestOf(after)];
    if (now === "unread" || then === "unread") told.unread.push(reference);
    else if (then)
      told.objects.push({
        ...reference,
        ...(expected && { expected }),
        ...(now && { before: asEstimate(now, price) }),
        after: asEstimate(then, price),
      });
  }
  return told;

  async function requestOf(object: KubernetesObject): Promise<InstanceRequest | "unread" | undefined> {
    const kind = kinds.find((each) => groupKind(each) === groupKind(object));
    if (kind) return instanceRequest(kind, object, ranges);
    const amounts = PASSING.includes(object.kind) ? {} : usageOf([object], ranges);
    return Object.values(sizesOf(amounts)).some((amount) => amount > 0)
      ? { amounts, least: false }
      : undefined;
  }
}

/**
 * What an instance would request and cost as it is written, in view of the one that is there. Undefined where nothing is
 * declared of its kind.
 */
export async function estimateInstance(
  hub: Hub,
  who: { uid: string; namespace: string },
  kind: InstanceKind,
  after: KubernetesObject,
): Promise<ChangeEstimate | undefined> {
  if (!kind.requests) return undefined;
  const member = hub.members.clusterOf(who.uid, who.namespace);
  const before = hub.instances.informerOf(kind).get(who.namespace, after.metadata.name);
  return changeEstimate(hub, { ...who, member }, [kind], [{ before, after }]);
}

/** What an app that is new would request and cost, as its plan says; undefined where there is no plan. */
async function appEstimate(
  hub: Hub,
  uid: string,
  namespace: string,
  { metadata: { name }, spec: { image, inputs = {} } }: Installation,
): Promise<Estimate | undefined> {
  try {
    const { quota, cost } = await plan(hub, uid, namespace, { image, inputs, name });
    const amounts = Object.fromEntries(quota.map(({ resource, added }) => [resource, added]));
    return {
      ...sizesOf(amounts),
      ...(cost && { cost: { currency: cost.currency, monthlyMicros: cost.monthlyMicros } }),
    };
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

function sizesOf(amounts: Amounts): Pick<Estimate, "cpu" | "memory" | "storage" | "loadBalancers"> {
  return {
    cpu: amounts["requests.cpu"] ?? 0,
    memory: amounts["requests.memory"] ?? 0,
    storage: amounts["requests.storage"] ?? 0,
    loadBalancers: amounts["services.loadbalancers"] ?? 0,
  };
}

function asEstimate({ amounts, least }: InstanceRequest, price: ReturnType<typeof estimate>): Estimate {
  return { ...sizesOf(amounts), ...(least && { least }), ...(price && { cost: price(amounts) }) };
}

/** Whose prices are paid for an object: those of the app that brought it; none's in particular for one on its own. */
function organizationOf(hub: Hub, namespace: string, { metadata }: KubernetesObject): string | undefined {
  const app = metadata.labels?.[label.installation];
  const installation = app && hub.informers.hub<Installation>("Installation").get(namespace, app);
  return installation ? parseImageReference(installation.spec.image)?.org : undefined;
}

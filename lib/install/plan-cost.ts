import type { Cluster } from "../cluster/index.ts";
import type { InstanceKind } from "../model/image.ts";
import type { KubernetesObject, ObjectReference } from "../model/kubernetes.ts";
import type { Plan, PlanNotice } from "../model/plan.ts";
import { because } from "../model/reasons.ts";
import { isVolume } from "./delete.ts";
import { inParallel } from "./inspect.ts";
import { type InstanceRequest, instanceRequest } from "./instance-requests.ts";
import type { Need } from "./needs.ts";
import type { Offer } from "./offers.ts";
import { isCustom } from "./order.ts";
import { type Amounts, usageOf } from "./quota.ts";
import { groupKind, referenceKey, referenceOf } from "./references.ts";

const CONCURRENCY = 8;

interface Costed {
  namespace: string;
  /** What there will be. */
  wanted: readonly KubernetesObject[];
  /** What there is of it now. */
  live: readonly KubernetesObject[];
  /** What goes. */
  leaving: readonly ObjectReference[];
  /** Whether it is installed already. */
  change: boolean;
  ranges: readonly KubernetesObject[];
  needs: readonly Need[];
}

interface CostSources {
  cluster: Cluster;
  /** The Hub's providers, those that are installed first. */
  offers(): Promise<readonly Offer[]>;
  estimate(amounts: Amounts): { currency: string; monthlyMicros: number } | undefined;
}

/**
 * What an app costs in a month: its own pods, volumes and load balancers, and those that operators make for the
 * instances it brings. An instance whose declaration cannot be read is left out, and a notice names it.
 */
export async function plannedCost(
  { namespace, wanted, live, leaving, change, ranges, needs }: Costed,
  sources: CostSources,
): Promise<{ cost?: NonNullable<Plan["cost"]>; notices: PlanNotice[] }> {
  const own = sources.estimate(usageOf(wanted, ranges));
  if (!own) return { notices: [] };
  // What cannot be read any more is not in what it costs now, and keeps nobody from the plan.
  const gone = leaving.filter((reference) => !isVolume(reference));
  const going = (
    await inParallel(gone, CONCURRENCY, (reference) =>
      sources.cluster.find<KubernetesObject>({ ...reference, namespace }).catch(() => undefined),
    )
  ).flatMap((found) => found ?? []);
  const before = [...live, ...going];
  const kinds = await declarations([...wanted, ...before], needs, sources);
  const cost = { ...own, monthlyMicrosNow: sources.estimate(usageOf(before, ranges))?.monthlyMicros ?? 0 };
  const instances: NonNullable<NonNullable<Plan["cost"]>["instances"]> = [];
  const notices: PlanNotice[] = [];
  const keyOf = (object: KubernetesObject) => referenceKey(referenceOf(object));
  const [now, then] = [before, wanted].map((all) => new Map(all.map((object) => [keyOf(object), object])));
  for (const key of new Set([...(then?.keys() ?? []), ...(now?.keys() ?? [])])) {
    const [was, is] = [now?.get(key), then?.get(key)];
    const [requested, requests] = [await requestOf(was, kinds, ranges), await requestOf(is, kinds, ranges)];
    const { kind, metadata } = (is ?? was) as KubernetesObject;
    if (requested === "unread" || requests === "unread") notices.push(unread(kind, metadata.name));
    else if (requested || requests) {
      const priced = (request: InstanceRequest | undefined) =>
        (request && sources.estimate(request.amounts)?.monthlyMicros) ?? 0;
      const micros = { monthlyMicros: priced(requests), monthlyMicrosNow: priced(requested) };
      cost.monthlyMicros += micros.monthlyMicros;
      cost.monthlyMicrosNow += micros.monthlyMicrosNow;
      instances.push({ kind, name: metadata.name, ...micros, ...(requests?.least && { least: true }) });
    }
  }
  const { monthlyMicrosNow, ...rest } = cost;
  return {
    notices,
    cost: { ...rest, ...(change && { monthlyMicrosNow }), ...(instances.length > 0 && { instances }) },
  };
}

type Declarations = ReadonlyMap<string, InstanceKind>;

/** Of the custom kinds among the objects what their provider declares: the one that is taken for the kind, else any. */
async function declarations(
  objects: readonly KubernetesObject[],
  needs: readonly Need[],
  { offers }: CostSources,
): Promise<Declarations> {
  const custom = new Set(objects.filter(isCustom).map(groupKind));
  const found = new Map<string, InstanceKind>();
  if (custom.size === 0) return found;
  const taken = needs.flatMap(({ offer }) => offer ?? []);
  for (const { kinds } of [...taken, ...(await offers())])
    for (const [key, kind] of kinds) if (custom.has(key) && !found.has(key)) found.set(key, kind);
  return found;
}

async function requestOf(
  object: KubernetesObject | undefined,
  kinds: Declarations,
  ranges: readonly KubernetesObject[],
): Promise<InstanceRequest | "unread" | undefined> {
  const kind = object && kinds.get(groupKind(object));
  return kind && instanceRequest(kind, object, ranges);
}

function unread(kind: string, name: string): PlanNotice {
  return {
    level: "warning",
    code: "cost-unread",
    message: `What ${kind} ${name} will cost cannot be told, so it is not in the cost.`,
    ...because("cost-unread", { kind, name }),
  };
}

import type { Cluster } from "../cluster/index.ts";
import { titlesOf } from "../install/offers.ts";
import { recordAt } from "../install/paths.ts";
import { parseQuantity } from "../install/quantity.ts";
import { tenantNamespace } from "../install/tenant.ts";
import type {
  AdministrationView,
  FailingRow,
  ProviderRow,
  WorkspaceRow,
} from "../model/administration-views.ts";
import { type Budget, isStopping, LIMIT } from "../model/budget.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { countedKind } from "../model/quota-count.ts";
import {
  API_VERSION,
  type Installation,
  type InstallationPhase,
  type Provider,
  type Tenant,
  type Usage,
} from "../model/resources.ts";
import type { Hub } from "./hub.ts";
import { type Actor, administratorOf } from "./roles.ts";

/** The tightest of these are shown of a workspace. */
const QUOTA = ["requests.cpu", "requests.memory", "requests.storage", "pods"];
const FAILING = new Set<InstallationPhase>(["Failed", "Degraded"]);
const KEPT_MS = 60_000;
/** Days asked for at the same time. */
const READERS = 4;

/** How the whole cluster fares, for its administrators; read as one. Throws `administrators-only` for everybody else. */
export async function administrationView(hub: Hub, actor: Actor): Promise<AdministrationView> {
  const cluster = administratorOf(hub, actor);
  const month = await usageOfMonth(hub, cluster, new Date());
  const installations = hub.informers.hub<Installation>("Installation");
  const quotas = hub.informers.core("ResourceQuota");
  const budgets = hub.informers.hub<Budget>("Budget");
  const names = new Map<string, string>();
  const countable = hub.informers
    .hub<Provider>("Provider")
    .list()
    .flatMap(({ status }) => status?.counted?.map(({ resource }) => resource) ?? []);
  const workspaces = hub.informers
    .hub<Tenant>("Tenant")
    .list()
    .map(({ metadata, spec, status }) => {
      const namespace = status?.namespace ?? tenantNamespace(metadata.name);
      const apps = installations.list(namespace);
      const used = month.by.get(namespace);
      const limit = budgets.get(namespace, LIMIT);
      const name = spec.displayName ?? metadata.name;
      names.set(namespace, name);
      return {
        uid: metadata.name,
        namespace,
        name,
        ...(spec.email ? { email: spec.email } : {}),
        phase: status?.phase ?? ("Pending" as const),
        ...(status?.phase === "Failed" && status.message ? { message: status.message } : {}),
        apps: apps.length,
        failing: apps.filter(isFailing).length,
        quota: quotaOf(quotas.get(namespace, "quota")),
        counts: countsOf(quotas.get(namespace, "quota"), countable),
        coreHours: (used?.cpuSeconds ?? 0) / 3600,
        memoryGiBHours: (used?.memoryByteSeconds ?? 0) / 3600 / 2 ** 30,
        ...(used?.cost === undefined ? {} : { costMicros: used.cost }),
        ...(limit ? { limit: limit.spec } : {}),
        stopped: isStopping(budgets.list(namespace)),
      };
    });
  const providers = await Promise.all(
    hub.informers
      .hub<Provider>("Provider")
      .list()
      .map(async ({ metadata, spec, status }) => ({
        name: metadata.name,
        title: status?.title ?? metadata.name,
        phase: status?.phase ?? ("Pending" as const),
        image: spec.image,
        tenants: status?.tenants ?? 0,
        instances: status?.instances ?? 0,
        createdAt: metadata.creationTimestamp ?? "",
        ...(await imageOf(hub, metadata.name, status?.digest ?? spec.image.split("@")[1])),
        ...operatorOf(status),
        ...said(status),
      })),
  );
  const failing = installations
    .list()
    .filter(isFailing)
    .map(({ metadata, spec, status }) => {
      const { namespace = "" } = metadata;
      const since = status?.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime;
      return {
        namespace,
        workspace: names.get(namespace) ?? namespace,
        name: metadata.name,
        title: status?.title ?? metadata.name,
        image: spec.image,
        phase: status?.phase ?? ("Failed" as const),
        ...(since ? { since } : {}),
        ...(status?.code ? { code: status.code } : {}),
        ...(status?.failingObject
          ? { object: { kind: status.failingObject.kind, name: status.failingObject.name } }
          : {}),
        ...said(status),
      };
    });
  return {
    workspaces: workspaces.sort((a, b) => a.name.localeCompare(b.name)),
    providers: providers.sort((a, b) => a.title.localeCompare(b.title)),
    failing: failing.sort((a, b) => (b.since ?? "").localeCompare(a.since ?? "")),
    ...(month.currency ? { currency: month.currency } : {}),
  };
}

function isFailing({ status, metadata }: Installation): boolean {
  return metadata.deletionTimestamp === undefined && FAILING.has(status?.phase ?? "Pending");
}

type Said = Pick<FailingRow, "message" | "reason" | "params">;

function said(status: Said | undefined): Said {
  const { message, reason, params } = status ?? {};
  return { ...(message ? { message } : {}), ...(reason ? { reason } : {}), ...(params ? { params } : {}) };
}

function countsOf(quota: KubernetesObject | undefined, countable: readonly string[]): WorkspaceRow["counts"] {
  const [hard, used] = [recordAt(quota, "spec.hard"), recordAt(quota, "status.used")];
  const limited = Object.keys(hard).filter((resource) => countedKind(resource));
  return [...new Set([...limited, ...countable])].sort().map((resource) => {
    const now = parseQuantity(used[resource]);
    return { resource, written: String(hard[resource] ?? ""), ...(now === undefined ? {} : { used: now }) };
  });
}

function quotaOf(quota: KubernetesObject | undefined): WorkspaceRow["quota"] {
  const [hard, used] = [recordAt(quota, "spec.hard"), recordAt(quota, "status.used")];
  return QUOTA.flatMap((resource) => {
    const limit = parseQuantity(hard[resource]);
    if (limit === undefined) return [];
    return [
      { resource, hard: limit, used: parseQuantity(used[resource]) ?? 0, written: String(hard[resource]) },
    ];
  });
}

/** What its image says of itself, also where the tag that it came from stands for another one by now. */
async function imageOf(
  hub: Hub,
  name: string,
  digest: string | undefined,
): Promise<Pick<ProviderRow, "i18n" | "version" | "newer">> {
  const content = await hub.instances.load(name).then(
    (loaded) => loaded.content,
    // Who lost its image is listed all the same.
    () => undefined,
  );
  const images = hub.catalogue.images.list().filter(({ spec }) => spec.repository === name);
  const tagged = images.find(({ spec }) => spec.digest === digest)?.spec;
  const version = tagged ? (tagged.version ?? tagged.tag) : content?.version;
  const latestTag = hub.catalogue.repositories.get(undefined, name)?.status?.latestTag;
  const latest = images.find(({ spec }) => spec.tag === latestTag)?.spec;
  return {
    ...(content ? { i18n: titlesOf(content) } : {}),
    ...(version ? { version } : {}),
    ...(latest && latest.digest !== digest ? { newer: latest.version ?? latest.tag } : {}),
  };
}

function operatorOf(status: Provider["status"]): { operatorReady?: boolean } {
  const said = status?.conditions?.find(({ type }) => type === "OperatorReady")?.status;
  return said === "True" || said === "False" ? { operatorReady: said === "True" } : {};
}

interface Month {
  at: number;
  by: Map<string, { cpuSeconds: number; memoryByteSeconds: number; cost?: number }>;
  currency?: string;
}

const monthOf = new WeakMap<Hub, Promise<Month>>();

/** Sums of this month by namespace. A day is one request for all workspaces; remembered for a minute. */
async function usageOfMonth(hub: Hub, cluster: Cluster, now: Date): Promise<Month> {
  const known = await monthOf.get(hub)?.catch(() => undefined);
  if (known && now.getTime() - known.at < KEPT_MS) return known;
  const reading = readMonth(cluster, now);
  monthOf.set(hub, reading);
  return reading;
}

async function readMonth(cluster: Cluster, now: Date): Promise<Month> {
  const today = now.toISOString().slice(0, 10);
  const open = Array.from(
    { length: now.getUTCDate() },
    (_, index) => `${today.slice(0, 8)}${String(index + 1).padStart(2, "0")}`,
  );
  const month: Month = { at: now.getTime(), by: new Map() };
  const read = async () => {
    for (let day = open.pop(); day; day = open.pop()) {
      const { items } = await cluster.list<Usage>({
        apiVersion: API_VERSION,
        kind: "Usage",
        fieldSelector: `metadata.name=${day}`,
      });
      for (const { metadata, status } of items) {
        const { namespace = "" } = metadata;
        const sum = month.by.get(namespace) ?? { cpuSeconds: 0, memoryByteSeconds: 0 };
        month.by.set(namespace, sum);
        if (status?.currency) month.currency = status.currency;
        for (const { cpuSeconds, memoryByteSeconds, cost } of Object.values(status?.apps ?? {})) {
          sum.cpuSeconds += cpuSeconds;
          sum.memoryByteSeconds += memoryByteSeconds;
          if (cost !== undefined) sum.cost = (sum.cost ?? 0) + cost;
        }
      }
    }
  };
  await Promise.all(Array.from({ length: READERS }, read));
  return month;
}

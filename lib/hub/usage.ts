import type { KubernetesObject } from "../model/kubernetes.ts";
import { API_VERSION, METERING, type Usage } from "../model/resources.ts";
import { daysOf, type Statement, statementOf, type UsageDay } from "../model/statement.ts";
import type { Hub } from "./hub.ts";
import { SpokenProblem } from "./messages.ts";

const DAY_MS = 86_400_000;
/** The most days that are told at once. */
const MOST_DAYS = 400;

/** What a workspace used on the days from `from` to `to` (both inclusive, like `2026-01-31`), read as the member. */
export async function usageOf(
  hub: Hub,
  uid: string,
  namespace: string,
  { from, to }: { from: string; to: string },
): Promise<UsageDay[]> {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days < 1 || days > MOST_DAYS) throw new SpokenProblem("usage-range", { most: MOST_DAYS });
  const member = hub.members.clusterOf(uid, namespace);
  const { items } = await member.list<Usage>({ apiVersion: API_VERSION, kind: "Usage", namespace });
  return items
    .filter(({ metadata: { name } }) => name >= from && name <= to)
    .map(({ metadata, status }) => ({
      day: metadata.name,
      ...(status?.upTo ? { upTo: status.upTo } : {}),
      ...(status?.currency ? { currency: status.currency } : {}),
      apps: status?.apps ?? {},
      gaps: status?.gaps ?? [],
    }))
    .sort((a, b) => a.day.localeCompare(b.day));
}

/**
 * What a month cost, read as the member. `closed`: all of it is written, so nothing of it changes any more.
 * @param month like `2026-01`
 */
export async function monthlyStatement(
  hub: Hub,
  uid: string,
  namespace: string,
  month: string,
): Promise<Statement & { closed: boolean }> {
  const { from, to } = daysOf(month);
  const days = await usageOf(hub, uid, namespace, { from, to });
  const metered = await hub.cluster.find<KubernetesObject & { data?: Record<string, string> }>({
    apiVersion: "v1",
    kind: "ConfigMap",
    namespace: hub.config.systemNamespace,
    name: METERING,
  });
  const closed = Date.parse(metered?.data?.upTo ?? "") >= Date.parse(to) + DAY_MS;
  return { ...statementOf(month, days), closed };
}

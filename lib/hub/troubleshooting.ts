import { troubleshoot } from "../install/troubleshoot/collect.ts";
import type { Troubleshooting } from "../model/troubleshooting.ts";
import type { Hub } from "./hub.ts";

/** What tells how an installation fares, read as the member, with secrets masked. */
export function troubleshooting(
  hub: Hub,
  uid: string,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<Troubleshooting> {
  const member = hub.members.clusterOf(uid, namespace);
  return hub.shares.reports.during(uid, () => troubleshoot(member, namespace, name, signal));
}

import type { AnyObject, Cluster } from "../../lib/cluster/index.ts";
import { until } from "../../lib/cluster/testing/until.ts";
import { install, uninstall } from "../../lib/manager/testing/cluster.ts";
import { API_VERSION, APP_API_VERSION, type Installation } from "../../lib/model/resources.ts";
import { APPS } from "./stage.ts";

const INSTALLATION = { apiVersion: API_VERSION, kind: "Installation" };
const image = (index: number) => `labring/app-${index}:1.0.0`;

/** Applications that are installed and stay, that are changed, and that are uninstalled: the same work in every case. */
const CHANGED = [2, 3];
const UNINSTALLED = [4, 5];

/** Asks for the first half: installs all. With `everything`, a provider and a shared instance as well. */
export async function askFirst(admin: Cluster, namespace: string, everything = false): Promise<void> {
  for (let index = 0; index < APPS; index++) await install(admin, namespace, image(index));
  if (!everything) return;
  await install(admin, namespace, "labring/redis:1.0.0");
  await install(admin, namespace, "labring/kubernetes-dashboard:2.7.0");
}

/** Asks for the second half: other inputs for some, the end of others. */
export async function askSecond(admin: Cluster, namespace: string): Promise<void> {
  for (const index of CHANGED) {
    const ref = { ...INSTALLATION, namespace, name: `app-${index}` };
    await admin.patch(ref, { spec: { inputs: { greeting: "changed" } } }, { type: "merge" });
  }
  for (const index of UNINSTALLED) await uninstall(admin, namespace, `app-${index}`);
}

/** Resolves once both halves are done. Rejects, with what there is, after `timeoutMs`. */
export function done(admin: Cluster, namespace: string, timeoutMs = 120_000): Promise<void> {
  return settled(admin, namespace, UNINSTALLED, timeoutMs);
}

/** Resolves once everything that is installed runs as asked for, and the applications of these numbers are gone. */
export async function settled(
  admin: Cluster,
  namespace: string,
  gone: number[] = [],
  timeoutMs = 120_000,
): Promise<void> {
  const wanted = ({ metadata, status }: Installation) =>
    !gone.some((index) => metadata.name === `app-${index}`) &&
    status?.phase === "Running" &&
    status.observedGeneration === metadata.generation &&
    status.progress?.done === status.progress?.total;
  let left: string[] = [];
  await until<Installation>(
    admin,
    { ...INSTALLATION, namespace },
    (all) => {
      left = all
        .filter((each) => !wanted(each))
        .map(({ metadata, status }) => {
          const { name, generation, deletionTimestamp } = metadata;
          return JSON.stringify({ name, generation, deletionTimestamp, ...status, inventory: undefined });
        });
      return all.length > 0 && left.length === 0;
    },
    timeoutMs,
  ).catch(() => {
    throw new Error(`not done after ${timeoutMs} ms:\n${left.join("\n")}`);
  });
}

const KINDS: [string, string][] = [
  [API_VERSION, "Installation"],
  [APP_API_VERSION, "App"],
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["apps/v1", "ControllerRevision"],
  ["v1", "ConfigMap"],
  ["v1", "Secret"],
  ["v1", "Service"],
  ["v1", "PersistentVolumeClaim"],
];

/**
 * What the namespace holds, without what differs from one fault-free run to the next. Two runs of the same work are
 * alike when this is equal: nothing is lost, nothing is there twice, and what was drawn was drawn once.
 */
export async function outcome(admin: Cluster, namespace: string): Promise<string[]> {
  const lists = await Promise.all(
    KINDS.map(([apiVersion, kind]) => admin.list<AnyObject>({ apiVersion, kind, namespace })),
  );
  const lines = lists.flatMap(({ items }) =>
    items.map((object) => {
      const { kind, metadata, data, spec } = object;
      const said = [kind, metadata.name, JSON.stringify(sorted(metadata.labels))];
      if (kind === "ConfigMap" && metadata.name.startsWith("app-")) said.push(JSON.stringify(data));
      if (kind === "Deployment") said.push(JSON.stringify((spec as { replicas: number }).replicas));
      if (kind === "Installation") said.push(JSON.stringify(statusOf(object as Installation)));
      if (kind === "Secret" && metadata.name.startsWith("app-"))
        said.push(drawnOnce(object, lists[6]?.items ?? []));
      return said.join(" ").replaceAll(namespace, "ns");
    }),
  );
  // Whoever was uninstalled before anything happened to it has left no history.
  return lines.filter((line) => !ofRevision(line) && !line.startsWith("ConfigMap hub-timeline ")).sort();
}

/**
 * Whether the line is of a revision of an application that is changed: the change may come before the first revision
 * was made, so there may be one or two.
 */
function ofRevision(line: string): boolean {
  return CHANGED.some((index) =>
    new RegExp(`^(ControllerRevision app-${index}-|Secret app-${index}\\.values\\.)`).test(line),
  );
}

function statusOf({ status }: Installation) {
  return {
    phase: status?.phase,
    inventory: status?.inventory?.map(({ kind, name }) => `${kind}/${name}`),
    conditions: status?.conditions
      ?.map(({ type, status: value, reason }) => `${type} ${value} ${reason}`)
      .sort(),
  };
}

/** Whether the applied password is the one that every kept revision of the app remembers. */
function drawnOnce({ metadata, data, type }: AnyObject, secrets: AnyObject[]): string {
  if (type === "hub.sealos.io/values") return "values";
  const applied = Buffer.from((data as { password: string }).password, "base64").toString();
  const kept = secrets
    .filter(
      (each) =>
        each.type === "hub.sealos.io/values" && each.metadata.name.startsWith(`${metadata.name}.values.`),
    )
    .map((each) => JSON.parse(Buffer.from((each.data as { drawn: string }).drawn, "base64").toString()));
  return kept.length > 0 && kept.every(({ password }) => password === applied) ? "drawn once" : "drawn again";
}

function sorted(labels: Record<string, string> = {}): [string, string][] {
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
}

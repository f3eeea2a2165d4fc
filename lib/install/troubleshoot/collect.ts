import { type Cluster, isForbidden } from "../../cluster/index.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { API_VERSION, type Installation } from "../../model/resources.ts";
import type { TroubledContainer, Troubleshooting } from "../../model/troubleshooting.ts";
import { belonging, podsOf } from "../belonging.ts";
import { involved, lastSeen } from "../events.ts";
import { inventoryHealth } from "../inventory.ts";
import { listAt, numberAt, recordAt, textAt } from "../paths.ts";
import { hasValues, maskedThrough, masker } from "./mask.ts";
import { TooManyWords } from "./words.ts";

const MOST_PODS = 20;
const MOST_EVENTS = 50;
const LOG_LINES = 20;
const LOG_BYTES = 8 * 1024;
const LOG_TIMEOUT_MS = 5_000;
/** Read of one log: its last lines, of which a node keeps none longer than 16 KiB. */
const LOG_READ_BYTES = 512 * 1024;
/** Secrets read in one go, and characters of what is looked for, beyond which no log is shown. */
const SECRETS_AT_ONCE = 50;
const MOST_SECRET_BYTES = 8 * 1024 ** 2;

/**
 * Looks at everything that tells how an installation fares: conditions, objects, pods with their last log lines, events.
 * Read in the name of whoever asks, and masked before it is given out. Throws when there is no such installation.
 */
export async function troubleshoot(
  cluster: Cluster,
  namespace: string,
  name: string,
  signal?: AbortSignal,
): Promise<Troubleshooting> {
  const installation = await cluster.get<Installation>({
    ...{ apiVersion: API_VERSION, kind: "Installation" },
    ...{ namespace, name },
  });
  const { metadata, spec, status } = installation;
  const core = (kind: string) => cluster.list<KubernetesObject>({ apiVersion: "v1", kind, namespace });
  const [objects, allPods, events, secrets] = await Promise.all([
    inventoryHealth(cluster, namespace, status?.inventory ?? []),
    core("Pod"),
    core("Event"),
    secretsOf(cluster, namespace),
  ]);
  const belongs = belonging([installation]);
  const pods = allPods.items
    .filter(podsOf(installation))
    .sort((a, b) => Number(isWell(a)) - Number(isWell(b)) || a.metadata.name.localeCompare(b.metadata.name));
  const looked = pods.slice(0, MOST_PODS);
  const open = [
    ...[namespace, name, spec.image, status?.address ?? ""],
    ...objects.map((object) => object.name),
    ...looked.map((pod) => pod.metadata.name),
  ];
  const { mask, logs } = maskingOf(secrets, open);
  const reader = logs === "read" ? { cluster, namespace, signal, mask } : undefined;
  const report: Troubleshooting = {
    at: new Date().toISOString(),
    ...{ name, namespace, image: spec.image },
    ...given({
      title: status?.title,
      digest: status?.digest,
      phase: status?.phase,
      revision: status?.revision,
      createdAt: metadata.creationTimestamp,
    }),
    said: given({
      message: status?.message,
      code: status?.code,
      reason: status?.reason,
      params: status?.params,
      object: status?.failingObject,
    }),
    conditions: (status?.conditions ?? []).map(
      ({ type, status: value, reason, message, lastTransitionTime }) => ({
        ...{ type, status: value, reason, message },
        since: lastTransitionTime,
      }),
    ),
    objects: objects.map(({ namespace: _, ...object }) => object),
    pods: await Promise.all(looked.map((pod) => podOf(pod, reader))),
    events: events.items
      .filter((event) => belongs(involved(event)) === name)
      .map(eventOf)
      .sort((a, b) => b.at.localeCompare(a.at))
      .slice(0, MOST_EVENTS),
    logs,
    morePods: pods.length - looked.length,
  };
  return maskedThrough(report, mask);
}

type Unread = "withheld" | "too-many-secrets";

/** Whoever asks may not read them, or they are too many to be looked for: said instead of them. */
async function secretsOf(cluster: Cluster, namespace: string): Promise<KubernetesObject[] | Unread> {
  const type = { apiVersion: "v1", kind: "Secret", namespace, limit: SECRETS_AT_ONCE };
  const secrets: KubernetesObject[] = [];
  let size = 0;
  let next: string | undefined;
  try {
    do {
      const page = await cluster.list<KubernetesObject>({ ...type, ...(next ? { continue: next } : {}) });
      for (const secret of page.items.filter(hasValues)) {
        secrets.push(secret);
        size += Object.values(recordAt(secret, "data")).join("").length;
      }
      if (size > MOST_SECRET_BYTES) return "too-many-secrets";
      next = page.continue;
    } while (next);
    return secrets;
  } catch (error) {
    if (isForbidden(error)) return "withheld";
    throw error;
  }
}

function maskingOf(
  secrets: KubernetesObject[] | Unread,
  open: readonly string[],
): { mask: (text: string) => string; logs: Troubleshooting["logs"] } {
  if (!Array.isArray(secrets)) return { mask: masker([]), logs: secrets };
  try {
    return { mask: masker(secrets, open), logs: "read" };
  } catch (error) {
    if (!(error instanceof TooManyWords)) throw error;
    return { mask: masker([]), logs: "too-many-secrets" };
  }
}

interface LogReader {
  cluster: Cluster;
  namespace: string;
  signal: AbortSignal | undefined;
  mask: (text: string) => string;
}

async function podOf(
  pod: KubernetesObject,
  reader: LogReader | undefined,
): Promise<Troubleshooting["pods"][number]> {
  const node = textAt(pod, "spec.nodeName");
  return {
    name: pod.metadata.name,
    phase: pod.metadata.deletionTimestamp ? "Terminating" : (textAt(pod, "status.phase") ?? "Unknown"),
    ...(node ? { node } : {}),
    containers: await Promise.all(
      [...listAt(pod, "status.initContainerStatuses"), ...listAt(pod, "status.containerStatuses")].map(
        (status) => containerOf(pod.metadata.name, status, reader),
      ),
    ),
  };
}

async function containerOf(
  pod: string,
  status: unknown,
  reader: LogReader | undefined,
): Promise<TroubledContainer> {
  const [kind = "waiting"] = Object.keys(recordAt(status, "state"));
  const restarts = numberAt(status, "restartCount") ?? 0;
  const name = textAt(status, "name") ?? "";
  const exitCode =
    numberAt(status, "state.terminated.exitCode") ?? numberAt(status, "lastState.terminated.exitCode");
  // While it waits to run again, what it said last is in the run before.
  const previous = kind === "waiting" && restarts > 0;
  const log = reader && (kind !== "waiting" || previous) ? await lastLines(reader, pod, name, previous) : "";
  return {
    name,
    image: textAt(status, "image") ?? "",
    ready: textAt(status, "ready") === "true",
    restarts,
    state: textAt(status, `state.${kind}.reason`) ?? kind,
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(log ? { log: { text: log, previous } } : {}),
  };
}

/** Empty where there is no log (any more), or not in time: the rest of the report does not wait for it. */
async function lastLines(
  { cluster, namespace, signal, mask }: LogReader,
  pod: string,
  container: string,
  previous: boolean,
): Promise<string> {
  const lines: string[] = [];
  const limit = AbortSignal.timeout(LOG_TIMEOUT_MS);
  try {
    const options = { container, previous, tailLines: LOG_LINES, limitBytes: LOG_READ_BYTES };
    const until = signal ? AbortSignal.any([limit, signal]) : limit;
    for await (const line of cluster.logs({ namespace, name: pod }, options, until)) lines.push(line);
  } catch {
    signal?.throwIfAborted();
  }
  // Cut only then: half a secret would not be known.
  return mask(lines.join("\n")).slice(-LOG_BYTES);
}

function isWell(pod: KubernetesObject): boolean {
  const phase = textAt(pod, "status.phase");
  const statuses = listAt(pod, "status.containerStatuses");
  return (
    phase === "Succeeded" ||
    (phase === "Running" && statuses.every((each) => textAt(each, "ready") === "true"))
  );
}

function eventOf(event: KubernetesObject): Troubleshooting["events"][number] {
  const { kind, name } = involved(event);
  return {
    at: lastSeen(event),
    type: textAt(event, "type") ?? "Normal",
    reason: textAt(event, "reason") ?? "",
    message: textAt(event, "message") ?? "",
    object: `${kind}/${name}`,
    count: numberAt(event, "series.count") ?? numberAt(event, "count") ?? 1,
  };
}

/** Without what is undefined. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

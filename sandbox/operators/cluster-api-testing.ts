import { readFile } from "node:fs/promises";
import type { ApiObject, Cluster } from "../../lib/cluster/index.ts";
import type { Condition } from "../workloads/types.ts";
import { at } from "./children.ts";
import type { Instance } from "./context.ts";

/** What `recordings/cluster-api.json` says of a cluster and of all that was made for it: only what matters. */
export interface Recorded {
  children: Record<string, unknown>[];
  /** Conditions of the cluster, and of one of its workers: status and reason by type. */
  conditions: Record<string, string>;
  machine: Record<string, string>;
}

const VERSION = "cluster.x-k8s.io/v1beta2";
const TYPES: [apiVersion: string, kind: string][] = [
  [VERSION, "Cluster"],
  [`infrastructure.${VERSION}`, "DevCluster"],
  [`controlplane.${VERSION}`, "KubeadmControlPlane"],
  [VERSION, "Machine"],
  [VERSION, "MachineDeployment"],
  [VERSION, "MachineSet"],
  ["v1", "Secret"],
];
/** Bootstrap data has a Secret for each machine, which only a machine reads. */
const SECRETS = /-(ca|etcd|proxy|sa|kubeconfig)$/;
const COUNTS = ["replicas", "readyReplicas", "availableReplicas", "upToDateReplicas"];

export async function readRecording(): Promise<Recorded> {
  const text = await readFile(new URL("recordings/cluster-api.json", import.meta.url), "utf8");
  const { children, conditions, machine } = JSON.parse(text) as Recorded;
  return { children, conditions, machine };
}

/** The same of the only cluster in a namespace, as it is now. What is drawn at random is left out of names. */
export async function describeCluster(cluster: Cluster, namespace: string): Promise<Recorded> {
  const all: Instance[] = [];
  for (const [apiVersion, kind] of TYPES) {
    const { items } = await cluster.list<Instance>({ apiVersion, kind, namespace });
    all.push(...items.filter(({ metadata }) => kind !== "Secret" || SECRETS.test(metadata.name)));
  }
  const children = all.map(describe);
  const key = ({ kind, name }: Record<string, unknown>) => `${kind} ${name}`;
  const worker = all.find(({ metadata }) => "cluster.x-k8s.io/set-name" in (metadata.labels ?? {}));
  return {
    children: children.sort((a, b) => (key(a) < key(b) ? -1 : 1)),
    conditions: conditionsOf(all.find(({ kind }) => kind === "Cluster")),
    machine: conditionsOf(worker),
  };
}

function plain(text: string): string {
  return text.replace(/^\d+-/, "<hash>-").replace(/-[bcdfghjklmnpqrstvwxz2456789]{5}(?=-|$)/g, "-<id>");
}

function describe(object: Instance & Partial<Record<"type" | "data", unknown>>): Record<string, unknown> {
  const { kind, metadata, status } = object;
  const { name, labels = {}, ownerReferences = [] } = metadata;
  const described = {
    kind,
    name: plain(name),
    labels: Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, plain(value)])),
    owners: ownerReferences.map(
      (owner) => `${owner.kind}/${plain(owner.name)}${owner.controller ? " (controller)" : ""}`,
    ),
  };
  if (kind === "Secret")
    return { ...described, type: object.type, keys: Object.keys(object.data ?? {}).sort() };
  const fields = ["phase", "initialization", ...COUNTS].filter((field) => at(status, field) !== undefined);
  const groups = kind === "Cluster" ? ["controlPlane", "workers"] : [];
  return {
    ...described,
    status: Object.fromEntries([
      ...fields.map((field) => [field, at(status, field)]),
      ...groups.map((group) => [
        group,
        Object.fromEntries(["desiredReplicas", ...COUNTS].map((field) => [field, at(status, group, field)])),
      ]),
    ]),
  };
}

function conditionsOf(object: ApiObject & { status?: Record<string, unknown> } = {} as Instance) {
  const conditions = (object.status?.conditions ?? []) as Condition[];
  return Object.fromEntries(conditions.map(({ type, status, reason }) => [type, `${status} ${reason}`]));
}

import { isAlreadyExists, refOf } from "../../lib/cluster/index.ts";
import type { StatefulSet } from "../workloads/types.ts";
import { at, isRolledOut, text } from "./children.ts";
import type { Instance, OperatorContext } from "./context.ts";
import { BACKUP, SNAPSHOT } from "./kubeblocks-backups.ts";
import { CLUSTER, componentsOf, engineFor, INSTANCE, policyOf } from "./kubeblocks-children.ts";

const MANAGER = "kubeblocks-operations";
const RESTART = "kubeblocks.io/restart";
const RESTORE = "kubeblocks.io/restore-from-backup";

/** What is under way, or how it ended. */
type Progress = { phase: "Running" | "Succeed"; progress?: string } | { phase: "Failed"; message: string };

export interface Operation {
  /** The condition that says that it has begun: its type, reason and sentence. */
  begun: [type: string, reason: string, message: string];
  /** Returns the cluster that the request belongs to from now on. @throws Refusal */
  act(
    context: OperatorContext,
    request: Instance,
    cluster: Instance | undefined,
  ): Promise<Instance | undefined>;
  look(context: OperatorContext, request: Instance, cluster: Instance | undefined): Promise<Progress>;
  /** The cluster is what it makes. */
  makesCluster?: true;
}

/** What the request asks for cannot be done as it says. */
export class Refusal extends Error {}

/** What the operator does for a type of `OpsRequest` (`controllers/apps/operations/` of KubeBlocks). */
export const OPERATIONS: Partial<Record<string, Operation>> = {
  Restart: {
    begun: ["Restarting", "RestartStarted", "Start to restart database in Cluster: "],
    async act(context, request, cluster) {
      const annotations = { [RESTART]: text(request.status?.startTimestamp) };
      for (const component of restarted(request)) {
        const name = `${cluster?.metadata.name}-${component}`;
        const { namespace } = request.metadata;
        const set = { apiVersion: "apps/v1", kind: "StatefulSet", name, namespace };
        const patch = { spec: { template: { metadata: { annotations } } } };
        await context.cluster.patch(set, patch, { type: "merge" });
      }
      return cluster;
    },
    async look(context, request, cluster) {
      return rolledOut(context, request, cluster, restarted(request));
    },
  },
  Upgrade: {
    begun: ["VersionUpgrading", "VersionUpgradeStarted", "Start to upgrade the version in Cluster: "],
    async act(context, request, cluster) {
      if (!cluster) return undefined;
      const { name, namespace } = cluster.metadata;
      const wanted = (at(request.spec, "upgrade", "components") ?? []) as Record<string, string>[];
      const componentSpecs = componentsOf(cluster).map((component) => {
        const version = wanted.find(({ componentName }) => componentName === component.name)?.serviceVersion;
        return version ? { ...component, serviceVersion: version } : component;
      });
      const clusterVersionRef = at(request.spec, "upgrade", "clusterVersionRef");
      const spec = { componentSpecs, ...(clusterVersionRef ? { clusterVersionRef } : {}) };
      await context.cluster.patch({ ...CLUSTER, name, namespace }, { spec }, { type: "merge" });
      return cluster;
    },
    async look(context, request, cluster) {
      const names = cluster ? componentsOf(cluster).map(({ name }) => name) : [];
      return rolledOut(context, request, cluster, names);
    },
  },
  Backup: {
    begun: ["Backup", "BackupStarted", "Start to backup the Cluster: "],
    async act(context, request, cluster) {
      const [component] = cluster ? componentsOf(cluster) : [];
      if (!cluster || !component) return undefined;
      const { name, namespace } = cluster.metadata;
      const { deletionPolicy, retentionPeriod, ...asked } = (request.spec?.backup ?? {}) as Record<
        string,
        string
      >;
      const known = engineFor(cluster, component)?.backup;
      const backupMethod = asked.backupMethod || known;
      if (!known || backupMethod !== known)
        throw new Refusal(
          `backup method ${backupMethod} is not supported, please check cluster's backup policy`,
        );
      await createOnce(context, {
        ...BACKUP,
        metadata: {
          name: asked.backupName || `backup-${namespace}-${name}-${stamp(request)}`,
          namespace,
          labels: {
            [INSTANCE]: name,
            "kubeblocks.io/backup-protection": "retain",
            "ops.kubeblocks.io/ops-name": request.metadata.name,
            "ops.kubeblocks.io/ops-type": "Backup",
          },
        },
        spec: {
          backupPolicyName: asked.backupPolicyName || policyOf(name, component.name),
          backupMethod,
          deletionPolicy: deletionPolicy ?? "Delete",
          ...(retentionPeriod ? { retentionPeriod } : {}),
        },
      });
      return cluster;
    },
    async look(context, { metadata: { name, namespace } }) {
      const labelSelector = `ops.kubeblocks.io/ops-name=${name}`;
      const { items } = await context.cluster.list<Instance>({ ...BACKUP, namespace, labelSelector });
      const phase = items[0] ? text(items[0].status?.phase) : "gone";
      if (phase === "Completed") return { phase: "Succeed" };
      if (phase === "gone") return { phase: "Failed", message: "backup not found" };
      return phase === "Failed" ? { phase: "Failed", message: "backup failed" } : { phase: "Running" };
    },
  },
  Restore: {
    makesCluster: true,
    begun: ["Backup", "RestoreStarted", "Start to restore the Cluster: "],
    async act(context, request) {
      const { namespace } = request.metadata;
      const name = text(at(request.spec, "restore", "backupName"));
      const backup = await context.cluster.find<Instance>({ ...BACKUP, name, namespace });
      if (!backup) throw new Refusal(`Backup.dataprotection.kubeblocks.io "${name}" not found`);
      const phase = text(backup.status?.phase);
      if (phase !== "Completed")
        throw new Refusal(`backup ${name} status is ${phase}, only completed backup can be used to restore`);
      const snapshot = backup.metadata.annotations?.[SNAPSHOT];
      if (!snapshot)
        throw new Refusal(
          `missing snapshot annotation in backup ${name}, ${SNAPSHOT} is empty in Annotations`,
        );
      const { spec } = JSON.parse(snapshot) as { spec: Record<string, unknown> };
      const [component] = componentsOf({ spec } as Instance);
      const from = { [component?.name ?? ""]: { name, namespace, volumeRestorePolicy: "Parallel" } };
      const target = text(request.spec?.clusterName);
      const annotations = { [RESTORE]: JSON.stringify(from) };
      const metadata = { name: target, namespace, annotations };
      const made = await createOnce(context, { ...CLUSTER, metadata, spec });
      if (made.metadata.annotations?.[RESTORE] !== annotations[RESTORE])
        throw new Refusal(`clusters.apps.kubeblocks.io "${target}" already exists`);
      return made;
    },
    async look(_context, _request, cluster) {
      const phase = text(cluster?.status?.phase);
      if (phase === "Running") return { phase: "Succeed" };
      return phase === "Failed" ? { phase: "Failed", message: "restore failed" } : { phase: "Running" };
    },
  },
};

const restarted = (request: Instance) =>
  ((request.spec?.restart ?? []) as { componentName: string }[]).map(({ componentName }) => componentName);

/** How far components are, counted in pods that came since. The sets are read anew: what was just asked of them counts. */
async function rolledOut(
  context: OperatorContext,
  request: Instance,
  cluster: Instance | undefined,
  components: string[],
): Promise<Progress> {
  if (!cluster) return { phase: "Failed", message: "the cluster is gone" };
  const { name, namespace = "", generation } = cluster.metadata;
  const type = { apiVersion: "apps/v1", kind: "StatefulSet", namespace };
  const sets = await Promise.all(
    components.map((each) => context.cluster.find<StatefulSet>({ ...type, name: `${name}-${each}` })),
  );
  const all = sets.reduce((sum, set) => sum + (set?.spec.replicas ?? 0), 0);
  const begun = Date.parse(text(request.status?.startTimestamp));
  const fresh = context.pods
    .list(namespace)
    .filter(
      ({ metadata, status }) =>
        sets.some((set) => metadata.ownerReferences?.some(({ uid }) => uid === set?.metadata.uid)) &&
        Date.parse(metadata.creationTimestamp ?? "") >= begun &&
        status?.phase === "Running",
    ).length;
  const done =
    sets.every(isRolledOut) &&
    cluster.status?.observedGeneration === generation &&
    cluster.status?.phase === "Running";
  return { phase: done ? "Succeed" : "Running", progress: `${done ? all : Math.min(fresh, all)}/${all}` };
}

/** Creates what a pass before this one may have created already. */
async function createOnce(context: OperatorContext, object: Instance): Promise<Instance> {
  try {
    return await context.cluster.create<Instance>(object, { fieldManager: MANAGER });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    return context.cluster.get<Instance>(refOf(object));
  }
}

const stamp = (request: Instance) => text(request.status?.startTimestamp).replace(/\D/g, "").slice(0, 14);

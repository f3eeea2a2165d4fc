import { withCondition } from "./conditions.ts";
import { isFinished } from "./pods.ts";
import { amount, podRequests } from "./quantities.ts";
import { matchesLabels, matchesRequirement } from "./selectors.ts";
import type { Pod, SimulatedNode } from "./types.ts";
import { type Controller, keyOf, type World } from "./world.ts";

const SOURCE = { component: "default-scheduler" };

/** Binds pods to the node with most room, or says in the real scheduler's words why none fits. */
export function scheduler(world: World): Controller {
  // Bound, but the local copy does not know it yet.
  const assumed = new Map<string, { pod: Pod; node: string }>();
  const controller = world.controller(
    world.pods,
    async (pod) => {
      if (pod.spec.nodeName || pod.metadata.deletionTimestamp || isFinished(pod)) return undefined;
      if (pod.spec.schedulingGates?.length) return undefined;
      if (assumed.has(keyOf(pod))) return undefined;
      const verdict = place(world, pod, [...assumed.values()]);
      if ("message" in verdict) {
        await report(world, pod, verdict.message);
        return { requeueAfterMs: world.pace(verdict.soon ? 1_000 : 30_000) };
      }
      const { name, namespace = "", uid } = pod.metadata;
      assumed.set(keyOf(pod), { pod, node: verdict.node });
      try {
        await world.cluster.request("POST", `/api/v1/namespaces/${namespace}/pods/${name}/binding`, {
          body: {
            apiVersion: "v1",
            kind: "Binding",
            metadata: { name, namespace, uid },
            target: { apiVersion: "v1", kind: "Node", name: verdict.node },
          },
        });
      } catch (error) {
        assumed.delete(keyOf(pod));
        throw error;
      }
      world.events.normal(
        pod,
        SOURCE,
        "Scheduled",
        `Successfully assigned ${namespace}/${name} to ${verdict.node}`,
      );
      return undefined;
    },
    (add) => {
      const retryPending = (namespace?: string) => {
        for (const pod of world.pods.list(namespace)) if (!pod.spec.nodeName) add(keyOf(pod));
      };
      world.pods.subscribe(({ type, object }) => {
        if (type === "deleted" || object.spec.nodeName) assumed.delete(keyOf(object));
        if (type === "deleted" || isFinished(object)) retryPending();
      });
      world.claims.subscribe(({ object }) => retryPending(object.metadata.namespace));
      world.nodes.subscribe(({ type, previous, object }) => {
        if (type !== "modified" || previous?.spec?.unschedulable !== object.spec?.unschedulable)
          retryPending();
      });
    },
  );
  return controller;
}

type Verdict = { node: string } | { message: string; soon?: boolean };

function place(world: World, pod: Pod, assumed: { pod: Pod; node: string }[]): Verdict {
  const nodes = world.nodes.list();
  const total = nodes.length;
  if (total === 0) return { message: "no nodes available to schedule pods", soon: true };
  const claim = claimProblem(world, pod);
  if (claim) {
    return {
      message: `0/${total} nodes are available: ${claim}. preemption: 0/${total} nodes are available: ${claim}.`,
      soon: true,
    };
  }
  const requests = podRequests(pod.spec);
  const reasons = new Map<string, number>();
  const count = (reason: string) => reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  let best: { node: string; free: number } | undefined;
  let couldFitWhenEmpty = false;
  for (const node of nodes) {
    const { name } = node.metadata;
    if (node.spec?.unschedulable) {
      count("node(s) were unschedulable");
      continue;
    }
    if (!suits(node, pod)) {
      count("node(s) didn't match Pod's node affinity/selector");
      continue;
    }
    const taken: Record<string, number> = {};
    const residents = world.pods.list().filter((each) => each.spec.nodeName === name && !isFinished(each));
    const arriving = assumed.filter((each) => each.node === name).map((each) => each.pod);
    for (const resident of [...residents, ...arriving]) {
      for (const [resource, value] of Object.entries(podRequests(resident.spec))) {
        taken[resource] = (taken[resource] ?? 0) + value;
      }
    }
    const lacking = Object.entries(requests).filter(([resource, value]) => {
      const allocatable = amount(node.status?.allocatable?.[resource]);
      return value > 0 && value + (taken[resource] ?? 0) > allocatable + 1e-9;
    });
    for (const [resource] of lacking)
      count(resource === "pods" ? "Too many pods" : `Insufficient ${resource}`);
    if (lacking.length > 0) {
      couldFitWhenEmpty ||= lacking.every(
        ([resource, value]) => value <= amount(node.status?.allocatable?.[resource]),
      );
      continue;
    }
    const cpu = amount(node.status?.allocatable?.cpu) || 1;
    const free = 1 - (taken.cpu ?? 0) / cpu - (taken.pods ?? 0) / 10_000;
    if (!best || free > best.free) best = { node: name, free };
  }
  if (best) return { node: best.node };
  const why = [...reasons].map(([reason, nodesWithIt]) => `${nodesWithIt} ${reason}`).sort();
  const preemption = couldFitWhenEmpty
    ? `${total} No preemption victims found for incoming pod`
    : `${total} Preemption is not helpful for scheduling`;
  return {
    message:
      `0/${total} nodes are available: ${why.join(", ")}. no new claims to deallocate, ` +
      `preemption: 0/${total} nodes are available: ${preemption}.`,
  };
}

function claimProblem(world: World, pod: Pod): string | undefined {
  for (const { persistentVolumeClaim } of pod.spec.volumes ?? []) {
    if (!persistentVolumeClaim) continue;
    const name = persistentVolumeClaim.claimName;
    const claim = world.claims.get(pod.metadata.namespace, name);
    if (!claim) return `persistentvolumeclaim "${name}" not found`;
    if (claim.status?.phase !== "Bound") return "pod has unbound immediate PersistentVolumeClaims";
  }
  return undefined;
}

function suits(node: SimulatedNode, pod: Pod): boolean {
  const labels = node.metadata.labels ?? {};
  if (!matchesLabels(labels, pod.spec.nodeSelector ?? {})) return false;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (!required) return true;
  const fields = { "metadata.name": node.metadata.name };
  return required.nodeSelectorTerms.some(
    ({ matchExpressions = [], matchFields = [] }) =>
      matchExpressions.every((requirement) => matchesRequirement(labels, requirement)) &&
      matchFields.every((requirement) => matchesRequirement(fields, requirement)),
  );
}

async function report(world: World, pod: Pod, message: string): Promise<void> {
  const { name, namespace, uid } = pod.metadata;
  const known = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (known?.message === message) return;
  world.events.warning(pod, SOURCE, "FailedScheduling", message);
  const conditions = withCondition(pod.status?.conditions, {
    type: "PodScheduled",
    status: "False",
    reason: "Unschedulable",
    message,
  });
  const status = { phase: "Pending", conditions };
  await world.cluster.patch(
    { apiVersion: "v1", kind: "Pod", name, namespace },
    { metadata: { uid }, status },
    { type: "merge", subresource: "status" },
  );
}

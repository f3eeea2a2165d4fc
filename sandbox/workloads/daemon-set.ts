import { nameHash } from "./hash.ts";
import { controllerOf } from "./owners.ts";
import { createPod, deletePod } from "./pod-control.ts";
import { isFinished, isReady, isTerminating } from "./pods.ts";
import { matchesLabels } from "./selectors.ts";
import type { DaemonSet, Pod } from "./types.ts";
import { type Controller, keyOf, type World } from "./world.ts";

const REVISION = "controller-revision-hash";

/** Runs one pod of each DaemonSet on every node that its template fits. */
export function daemonSets(world: World): Controller {
  return world.controller(
    world.daemonSets,
    (set) => reconcile(world, set),
    (add) => {
      world.pods.subscribe(({ object }) => {
        const owner = controllerOf(object);
        if (owner?.kind === "DaemonSet") add(`${object.metadata.namespace}/${owner.name}`);
      });
      world.nodes.subscribe(({ type }) => {
        if (type !== "modified") for (const set of world.daemonSets.list()) add(keyOf(set));
      });
    },
  );
}

async function reconcile(world: World, set: DaemonSet): Promise<void> {
  if (set.metadata.deletionTimestamp) return;
  const hash = nameHash(set.spec.template);
  const nodes = world.nodes
    .list()
    .filter((node) => matchesLabels(node.metadata.labels, set.spec.template.spec.nodeSelector ?? {}));
  const byNode = new Map<string, Pod>();
  for (const pod of await world.livePodsOf(set, set.spec.selector.matchLabels)) {
    const node = targetOf(pod);
    if (isTerminating(pod)) byNode.set(node, pod);
    else if (isFinished(pod) || !nodes.some(({ metadata }) => metadata.name === node))
      await deletePod(world, set, pod);
    else byNode.set(node, pod);
  }
  for (const { metadata } of nodes) {
    if (!byNode.has(metadata.name)) {
      const pod = await createPod(world, set, set.spec.template, {
        labels: { [REVISION]: hash },
        spec: bound(metadata.name),
      });
      byNode.set(metadata.name, pod);
    }
  }
  const pods = [...byNode.values()].filter((pod) => !isTerminating(pod));
  const outdated = pods.filter((pod) => pod.metadata.labels?.[REVISION] !== hash);
  const ready = pods.filter(isReady);
  const rolls = (set.spec.updateStrategy?.type ?? "RollingUpdate") === "RollingUpdate";
  const next =
    outdated.find((pod) => !isReady(pod)) ?? (ready.length === nodes.length ? outdated[0] : undefined);
  if (rolls && next) await deletePod(world, set, next);
  await world.writeStatus(set, {
    currentNumberScheduled: pods.length,
    desiredNumberScheduled: nodes.length,
    numberAvailable: ready.length,
    numberMisscheduled: 0,
    numberReady: ready.length,
    numberUnavailable: nodes.length - ready.length,
    updatedNumberScheduled: pods.length - outdated.length,
    observedGeneration: set.metadata.generation,
  });
}

/** A DaemonSet's pod names its node by an affinity, and the scheduler puts it there. */
function bound(node: string): Partial<Pod["spec"]> {
  const matchFields = [{ key: "metadata.name", operator: "In", values: [node] }];
  return {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] },
      },
    },
  };
}

function targetOf(pod: Pod): string {
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return pod.spec.nodeName ?? required?.nodeSelectorTerms[0]?.matchFields?.[0]?.values?.[0] ?? "";
}

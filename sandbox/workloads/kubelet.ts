import { isConflict, isNotFound } from "../../lib/cluster/index.ts";
import { type Machine, PodRun } from "./pod-run.ts";
import { isFinished, isTerminating } from "./pods.ts";
import type { Pod } from "./types.ts";
import { type Controller, keyOf, type World } from "./world.ts";

/** Runs the pods that have been bound to a simulated node. */
export function kubelet(world: World): Controller {
  const runs = new Map<string, PodRun>();
  const ending = new Map<string, NodeJS.Timeout>();
  const machine = new Machines(world);

  const begin = (pod: Pod) => {
    const run = new PodRun(world, machine, pod);
    runs.set(keyOf(pod), run);
    void run.run();
  };

  const end = (pod: Pod) => {
    const uid = pod.metadata.uid ?? "";
    if (ending.has(uid)) return;
    runs.get(keyOf(pod))?.stop();
    if (!isFinished(pod) && pod.spec.nodeName) {
      for (const { name } of pod.spec.containers) {
        const source = { component: "kubelet", host: pod.spec.nodeName };
        world.events.normal(pod, source, "Killing", `Stopping container ${name}`, `spec.containers{${name}}`);
      }
    }
    const grace = Math.min(pod.metadata.deletionGracePeriodSeconds ?? 30, 1) * 1000;
    const wait = isFinished(pod) ? 0 : world.pace(grace);
    ending.set(
      uid,
      setTimeout(() => void remove(pod, 100), wait),
    );
  };

  const remove = async (pod: Pod, retryMs: number) => {
    const { name, namespace, uid } = pod.metadata;
    try {
      await world.cluster.delete(
        { apiVersion: "v1", kind: "Pod", name, namespace },
        { gracePeriodSeconds: 0, uid },
      );
      ending.delete(uid ?? "");
    } catch (error) {
      if (isNotFound(error) || isConflict(error)) {
        ending.delete(uid ?? "");
        return;
      }
      world.onError(error);
      const timer = setTimeout(() => void remove(pod, Math.min(retryMs * 2, 10_000)), retryMs);
      ending.set(uid ?? "", timer);
    }
  };

  const stopFollowing = [
    world.pods.subscribe(({ type, object: pod }) => {
      const run = runs.get(keyOf(pod));
      if (type === "added") machine.learn(pod);
      if (type === "deleted") {
        run?.stop();
        runs.delete(keyOf(pod));
        machine.release(pod);
        clearTimeout(ending.get(pod.metadata.uid ?? ""));
        ending.delete(pod.metadata.uid ?? "");
      } else if (isTerminating(pod)) end(pod);
      else if (pod.spec.nodeName && !isFinished(pod) && run?.uid !== pod.metadata.uid) {
        run?.stop();
        begin(pod);
      }
    }),
    ...[world.configMaps, world.secrets].map((informer) =>
      informer.subscribe(({ object }) => {
        for (const [key, run] of runs) if (key.startsWith(`${object.metadata.namespace}/`)) run.poke();
      }),
    ),
  ];

  return {
    async stop() {
      for (const stop of stopFollowing) stop();
      for (const run of runs.values()) run.stop();
      for (const timer of ending.values()) clearTimeout(timer);
    },
  };
}

/** Addresses and images of the simulated nodes, derived from the pods that are on them. */
class Machines implements Machine {
  readonly #world: World;
  readonly #images = new Map<string, Set<string>>();
  readonly #addresses = new Map<string, string>();
  readonly #used = new Set<string>();
  #next = 1;

  constructor(world: World) {
    this.#world = world;
  }

  /** Takes over what a pod's status says from before this process. */
  learn(pod: Pod): void {
    if (pod.status?.podIP && !isFinished(pod)) this.#take(pod, pod.status.podIP);
    for (const { image, imageID } of pod.status?.containerStatuses ?? []) {
      if (imageID) this.addImage(pod.spec.nodeName ?? "", image);
    }
  }

  hasImage(node: string, reference: string): boolean {
    return this.#images.get(node)?.has(reference) ?? false;
  }

  addImage(node: string, reference: string): void {
    const images = this.#images.get(node) ?? new Set();
    this.#images.set(node, images.add(reference));
  }

  address(pod: Pod): { podIP: string; hostIP: string } {
    const node = this.#world.nodes.get(undefined, pod.spec.nodeName ?? "");
    const hostIP = node?.status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "127.0.0.1";
    let podIP = this.#addresses.get(pod.metadata.uid ?? "");
    while (!podIP) {
      this.#next = (this.#next % 65_000) + 1;
      const candidate = `10.244.${this.#next >> 8}.${this.#next & 255}`;
      if ((this.#next & 255) > 1 && (this.#next & 255) < 255 && !this.#used.has(candidate)) podIP = candidate;
    }
    this.#take(pod, podIP);
    return { podIP, hostIP };
  }

  release(pod: Pod): void {
    const uid = pod.metadata.uid ?? "";
    const address = this.#addresses.get(uid);
    if (!address) return;
    this.#addresses.delete(uid);
    this.#used.delete(address);
  }

  #take(pod: Pod, address: string): void {
    this.#addresses.set(pod.metadata.uid ?? "", address);
    this.#used.add(address);
  }
}

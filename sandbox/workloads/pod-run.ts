import { ApiError, isConflict, isNotFound } from "../../lib/cluster/index.ts";
import { timestamp } from "./conditions.ts";
import { sameValue, sha256 } from "./hash.ts";
import { pullFailure, simulatedImage } from "./images.ts";
import { crashLine } from "./logs.ts";
import { draftStatus, isInitialised, summarise } from "./pod-status.ts";
import { processOf } from "./processes.ts";
import { missingConfig, missingVolume } from "./references.ts";
import type { Container, ContainerStatus, Pod, PodStatus } from "./types.ts";
import type { World } from "./world.ts";

/** What pod runs on one machine share. */
export interface Machine {
  hasImage(node: string, reference: string): boolean;
  addImage(node: string, reference: string): void;
  address(pod: Pod): { podIP: string; hostIP: string };
}

const BACKOFF_MS = 10_000;
const MAX_BACKOFF_MS = 300_000;

/**
 * One pod on its node, from ContainerCreating to its end. Only timers live here: what has been reached is in the pod's
 * status, and a run made from such a status goes on from there.
 */
export class PodRun {
  readonly uid: string;
  readonly #world: World;
  readonly #machine: Machine;
  readonly #pod: Pod;
  readonly #draft: ReturnType<typeof draftStatus>;
  readonly #source: { component: string; host?: string };
  readonly #stopped = new AbortController();
  readonly #sleepers = new Set<() => void>();
  #hasSandbox: boolean;
  #written: PodStatus;
  #writing?: Promise<void>;

  constructor(world: World, machine: Machine, pod: Pod) {
    this.uid = pod.metadata.uid ?? "";
    this.#world = world;
    this.#machine = machine;
    this.#pod = pod;
    this.#draft = draftStatus(pod);
    this.#written = pod.status ?? {};
    this.#hasSandbox = this.#draft.podIP !== undefined;
    this.#source = { component: "kubelet", host: pod.spec.nodeName };
  }

  /** Resolves when the pod has ended or the run was stopped. Never rejects. */
  async run(): Promise<void> {
    try {
      await this.#world.ready;
      this.#stopped.signal.throwIfAborted();
      await this.#live();
    } catch (error) {
      if (!this.#stopped.signal.aborted) this.#world.onError(error);
    }
  }

  stop(): void {
    this.#stopped.abort();
    this.poke();
  }

  /** Something the pod may wait for has changed. */
  poke(): void {
    for (const wake of this.#sleepers) wake();
  }

  async #live(): Promise<void> {
    const { spec } = this.#pod;
    const draft = this.#draft;
    draft.startTime ??= timestamp();
    draft.hostIP ??= this.#machine.address(this.#pod).hostIP;
    draft.hostIPs ??= [{ ip: draft.hostIP }];
    await this.#mountVolumes();
    if (!draft.podIP) {
      await this.#write();
      await this.#sleep(this.#world.pace(150));
      const ip = spec.hostNetwork ? draft.hostIP : this.#machine.address(this.#pod).podIP;
      draft.podIP = ip;
      draft.podIPs = [{ ip }];
    }
    this.#hasSandbox = true;
    const sidecars: Promise<void>[] = [];
    for (const [index, container] of (spec.initContainers ?? []).entries()) {
      const status = draft.initContainerStatuses?.[index];
      if (!status) continue;
      if (container.restartPolicy === "Always") {
        const started = Promise.withResolvers<void>();
        sidecars.push(this.#container(container, status, true, started.resolve));
        await started.promise;
      } else if (!isInitialised(container, status)) {
        await this.#container(container, status, true);
        if (status.state.terminated?.exitCode !== 0) return this.#write();
      }
    }
    for (const status of draft.containerStatuses) {
      if (status.state.waiting?.reason === "PodInitializing")
        status.state = { waiting: { reason: "ContainerCreating" } };
    }
    await Promise.all(
      spec.containers.map((container, index) => {
        const status = draft.containerStatuses[index];
        return status && this.#container(container, status, false);
      }),
    );
    await this.#write();
  }

  async #mountVolumes(): Promise<void> {
    if (this.#hasSandbox) return;
    for (let wait = 2_000; ; wait = Math.min(wait * 2, 120_000)) {
      const missing = missingVolume(this.#world, this.#pod);
      if (!missing) return;
      this.#world.events.warning(this.#pod, this.#source, "FailedMount", missing);
      await this.#write();
      await this.#sleep(this.#world.pace(wait), true);
    }
  }

  /** Runs a container until it ends for good. `onStarted` tells that it has started once. */
  async #container(
    container: Container,
    status: ContainerStatus,
    isInit: boolean,
    onStarted: () => void = () => undefined,
  ): Promise<void> {
    const process = processOf(this.#pod, container, isInit);
    const policy = container.restartPolicy ?? this.#pod.spec.restartPolicy ?? "Always";
    for (;;) {
      if (status.state.waiting?.reason === "CrashLoopBackOff") await this.#backOff(status);
      if (!status.state.running && !status.state.terminated) {
        await this.#pull(container, status, isInit);
        await this.#configure(container, status, isInit);
        await this.#begin(
          container,
          status,
          isInit,
          process.exitCode !== 0 && process.endsAfterMs !== undefined,
        );
      }
      onStarted();
      if (!status.state.terminated) {
        if (!status.ready && process.endsAfterMs === undefined) {
          await this.#sleep(this.#world.pace(process.readyAfterMs));
          status.ready = true;
          await this.#write();
        }
        await this.#sleep(
          process.endsAfterMs === undefined ? undefined : this.#world.pace(process.endsAfterMs),
        );
        this.#end(container, status, process.exitCode, isInit);
      }
      const failed = status.state.terminated?.exitCode !== 0;
      if (policy === "Never" || (!failed && policy === "OnFailure") || (isInit && !failed)) {
        await this.#write();
        return;
      }
      this.#enterBackOff(container, status, isInit);
      await this.#write();
    }
  }

  async #pull(container: Container, status: ContainerStatus, isInit: boolean): Promise<void> {
    const written = container.image ?? "";
    const image = simulatedImage(written);
    const node = this.#pod.spec.nodeName ?? "";
    const event = (type: "normal" | "warning", reason: string, message: string) =>
      this.#world.events[type](this.#pod, this.#source, reason, message, fieldPath(container, isInit));
    const present = this.#machine.hasImage(node, image.reference);
    if (present && container.imagePullPolicy !== "Always") {
      if (status.restartCount === 0) {
        event("normal", "Pulled", `Container image "${written}" already present on machine`);
      }
    } else {
      event("normal", "Pulling", `Pulling image "${written}"`);
      await this.#write();
      const pullMs = present ? 200 : image.pullMs;
      await this.#sleep(this.#world.pace(pullMs));
      for (let wait = BACKOFF_MS; image.missing; wait = Math.min(wait * 2, MAX_BACKOFF_MS)) {
        const failure = `rpc error: code = NotFound desc = ${pullFailure(image, written)}`;
        event("warning", "Failed", `Failed to pull image "${written}": ${failure}`);
        event("warning", "Failed", "Error: ErrImagePull");
        status.state = { waiting: { reason: "ErrImagePull", message: failure } };
        await this.#write();
        await this.#sleep(this.#world.pace(1_000));
        const backOff = `Back-off pulling image "${written}"`;
        event("normal", "BackOff", backOff);
        event("warning", "Failed", "Error: ImagePullBackOff");
        status.state = {
          waiting: { reason: "ImagePullBackOff", message: `${backOff}: ErrImagePull: ${failure}` },
        };
        await this.#write();
        await this.#sleep(this.#world.pace(wait));
      }
      const took = `${(pullMs / 1000).toFixed(3)}s`;
      const size = `Image size: ${image.bytes} bytes.`;
      event(
        "normal",
        "Pulled",
        `Successfully pulled image "${written}" in ${took} (${took} including waiting). ${size}`,
      );
    }
    this.#machine.addImage(node, image.reference);
    status.imageID = image.id;
  }

  async #configure(container: Container, status: ContainerStatus, isInit: boolean): Promise<void> {
    for (;;) {
      const missing = missingConfig(this.#world, this.#pod.metadata.namespace ?? "", container);
      if (!missing) return;
      const path = fieldPath(container, isInit);
      this.#world.events.warning(this.#pod, this.#source, "Failed", `Error: ${missing}`, path);
      status.state = { waiting: { reason: "CreateContainerConfigError", message: missing } };
      await this.#write();
      await this.#sleep(this.#world.pace(10_000), true);
    }
  }

  async #begin(
    container: Container,
    status: ContainerStatus,
    isInit: boolean,
    failsAtOnce: boolean,
  ): Promise<void> {
    const { events, pace } = this.#world;
    await this.#sleep(pace.call(this.#world, 100));
    const path = fieldPath(container, isInit);
    events.normal(this.#pod, this.#source, "Created", `Created container: ${container.name}`, path);
    events.normal(this.#pod, this.#source, "Started", `Started container ${container.name}`, path);
    status.containerID = `containerd://${sha256(`${this.uid}/${container.name}/${status.restartCount}`)}`;
    const process = processOf(this.#pod, container, isInit);
    const startedAt = timestamp();
    if (failsAtOnce && simulatedImage(container.image ?? "").crashes) {
      // A process that ends within the kubelet's polling interval is never seen running.
      await this.#sleep(pace.call(this.#world, process.endsAfterMs ?? 0));
      status.state = { running: { startedAt } };
      this.#end(container, status, process.exitCode, isInit);
      return;
    }
    status.state = { running: { startedAt } };
    status.started = true;
    status.ready = process.readyAfterMs === 0;
    await this.#write();
  }

  #end(container: Container, status: ContainerStatus, exitCode: number, isInit: boolean): void {
    const startedAt = status.state.running?.startedAt ?? timestamp();
    const failed = exitCode !== 0;
    const message =
      failed && container.terminationMessagePolicy === "FallbackToLogsOnError"
        ? crashLine(container.name)
        : undefined;
    status.state = {
      terminated: {
        exitCode,
        reason: failed ? "Error" : "Completed",
        ...(message ? { message } : {}),
        startedAt,
        finishedAt: timestamp(),
        containerID: status.containerID,
      },
    };
    status.started = false;
    status.ready = isInit && !failed;
  }

  #enterBackOff(container: Container, status: ContainerStatus, isInit: boolean): void {
    const { name, namespace } = this.#pod.metadata;
    const seconds = Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** Math.min(status.restartCount, 8)) / 1000;
    const time = seconds >= 60 ? `${Math.floor(seconds / 60)}m${seconds % 60}s` : `${seconds}s`;
    const which = `failed container=${container.name} pod=${name}_${namespace}(${this.uid})`;
    const event = `Back-off restarting failed container ${container.name} in pod ${name}_${namespace}(${this.uid})`;
    this.#world.events.warning(this.#pod, this.#source, "BackOff", event, fieldPath(container, isInit));
    status.lastState = { terminated: status.state.terminated };
    status.state = {
      waiting: { reason: "CrashLoopBackOff", message: `back-off ${time} restarting ${which}` },
    };
  }

  async #backOff(status: ContainerStatus): Promise<void> {
    const wait = Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** Math.min(status.restartCount, 8));
    await this.#sleep(this.#world.pace(wait));
    status.restartCount++;
    status.state = {};
  }

  /** Writes the status if it changed; several changes while one write runs become one more. */
  async #write(): Promise<void> {
    while (this.#writing) await this.#writing;
    this.#stopped.signal.throwIfAborted();
    const status = summarise(this.#pod, structuredClone(this.#draft), this.#hasSandbox);
    this.#draft.conditions = status.conditions;
    if (sameValue(status, this.#written)) return;
    this.#writing = this.#patch(status).finally(() => {
      this.#writing = undefined;
    });
    await this.#writing;
  }

  async #patch(status: PodStatus): Promise<void> {
    const { name, namespace, uid } = this.#pod.metadata;
    const ref = { apiVersion: "v1", kind: "Pod", name, namespace };
    for (let wait = 100; ; wait = Math.min(wait * 2, 5_000)) {
      try {
        // The uid is a precondition: a pod made anew under this name is another run's.
        await this.#world.cluster.patch(
          ref,
          { metadata: { uid }, status },
          { type: "merge", subresource: "status" },
        );
        this.#written = status;
        return;
      } catch (error) {
        if (isNotFound(error) || isConflict(error)) this.#stopped.abort();
        else if (!(error instanceof ApiError)) throw error;
        else if (error.status >= 400 && error.status < 500 && error.status !== 429) throw error;
        await this.#sleep(wait);
      }
    }
  }

  /** Waits; throws when the run is stopped. With `pokeable`, returns early when something changed. */
  async #sleep(ms: number | undefined, pokeable = false): Promise<void> {
    const { signal } = this.#stopped;
    await new Promise<void>((resolve) => {
      if (signal.aborted) return resolve();
      let timer: NodeJS.Timeout | undefined;
      const wake = () => {
        if (!pokeable && !signal.aborted) return;
        done();
      };
      const done = () => {
        clearTimeout(timer);
        this.#sleepers.delete(wake);
        resolve();
      };
      if (ms !== undefined) timer = setTimeout(done, ms);
      this.#sleepers.add(wake);
    });
    signal.throwIfAborted();
  }
}

function fieldPath(container: Container, isInit: boolean): string {
  return `spec.${isInit ? "initContainers" : "containers"}{${container.name}}`;
}

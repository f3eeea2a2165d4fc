import type { Writable } from "node:stream";
import type { Hub } from "../hub.ts";
import { SpokenProblem } from "../messages.ts";
import { knownProblem } from "../problems.ts";
import { Channel, type CloseReason, type StartStream } from "./channel.ts";
import { feedOf } from "./feeds.ts";
import { watchRights } from "./rights.ts";
import { type Source, sourceOf } from "./source.ts";
import { type ParsedTopic, topicKind } from "./topic.ts";

export interface StreamRequest {
  uid: string;
  session: { id: string; expiresAt: string };
  namespace: string;
  topics: ParsedTopic[];
}

const MAX_WAITING_BYTES = 4 * 1024 * 1024;
const HEARTBEAT_MS = 15_000;
const CATALOGUE_DEBOUNCE_MS = 100;

/**
 * Opens one tab's stream. Throws before anything is sent when the person has no account in the namespace or lacks a
 * right; ends it with `closed` when the session ends or a right goes away later.
 */
export async function openStream(hub: Hub, request: StreamRequest): Promise<StartStream> {
  const { uid, namespace, topics } = request;
  hub.members.requireAccount(uid, namespace);
  // A cluster that hangs would keep the tab waiting for its access reviews without a word.
  if (!hub.informers.reachable) throw new SpokenProblem("cluster-away");
  const giveBack = hub.shares.streams.take(uid);
  const sources = new Map<ParsedTopic, Source | undefined>();
  try {
    for (const topic of topics) sources.set(topic, await permitted(hub, request, topic));
  } catch (error) {
    giveBack();
    throw error;
  }

  return (out) => start(hub, request, sources, giveBack, out);
}

function start(
  hub: Hub,
  request: StreamRequest,
  sources: Map<ParsedTopic, Source | undefined>,
  giveBack: () => void,
  out: Writable,
): void {
  const { uid, topics } = request;
  const cleanups: (() => void)[] = [giveBack];
  const channel = new Channel(out, {
    maxWaitingBytes: MAX_WAITING_BYTES,
    heartbeatMs: HEARTBEAT_MS,
    onClose: (reason) => {
      for (const cleanup of cleanups) cleanup();
      hub.metrics.streams.dec();
      hub.metrics.streamsClosed.inc({ reason });
    },
  });
  hub.metrics.streams.inc();
  hub.metrics.streamsOpened.inc();
  const close = (reason: CloseReason) => channel.close(reason);

  cleanups.push(hub.onDrain(() => close("draining")));
  cleanups.push(hub.sessions.onEnd(request.session.id, request.session.expiresAt, close));
  cleanups.push(hub.informers.onReachable((reachable) => channel.send({ type: "cluster", reachable })));
  const questions = () => [...sources.values()].flatMap((source) => source?.questions ?? []);
  cleanups.push(watchRights(hub, request, questions, () => close("forbidden")));

  channel.send({ type: "cluster", reachable: hub.informers.reachable });
  const run = async () => {
    for (const topic of topics) cleanups.push(await feed(hub, request, channel, topic, sources));
    channel.send({ type: "ready" });
    if (channel.closed) for (const cleanup of cleanups) cleanup();
  };
  run().catch((error: unknown) => {
    hub.log.error({ err: error, uid }, "a stream could not be filled");
    close("failed");
  });
}

/** The topic's source; undefined for instances of a provider that is not ready, which are waited for. */
async function permitted(hub: Hub, request: StreamRequest, topic: ParsedTopic): Promise<Source | undefined> {
  const ofProvider = topic.kind === "instances" || topic.kind === "instance";
  try {
    const source = await sourceOf(topic, { ...hub, namespace: request.namespace });
    if (await allowed(hub, request, source)) return source;
    if (!ofProvider) throw new SpokenProblem("may-not", { message: topic.topic });
  } catch (error) {
    if (!ofProvider || knownProblem(error).code !== "not-found") throw error;
  }
  return undefined;
}

async function allowed(hub: Hub, { uid, namespace }: StreamRequest, source: Source): Promise<boolean> {
  for (const question of source.questions)
    if (!(await hub.members.may(uid, namespace, question))) return false;
  return true;
}

/** Feeds one topic into the channel. Returns the way to stop it. */
async function feed(
  hub: Hub,
  request: StreamRequest,
  channel: Channel,
  topic: ParsedTopic,
  sources: Map<ParsedTopic, Source | undefined>,
): Promise<() => void> {
  if (topic.kind === "catalogue") return feedCatalogue(hub, channel);
  const source = sources.get(topic);
  if (!source) return waitForProvider(hub, request, channel, topic, sources);
  return feedOf(hub, request.namespace, topic, source).join((frame) => channel.write(frame));
}

function feedCatalogue(hub: Hub, channel: Channel): () => void {
  let timer: NodeJS.Timeout | undefined;
  const stop = hub.catalogue.onChange(() => {
    timer ??= setTimeout(() => {
      timer = undefined;
      channel.send({ type: "changed", topic: "catalogue" });
    }, CATALOGUE_DEBOUNCE_MS);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}

/**
 * The provider is being installed, or its rights have not reached the member's role yet: an empty list now, the real
 * one as soon as there is one.
 */
function waitForProvider(
  hub: Hub,
  request: StreamRequest,
  channel: Channel,
  topic: ParsedTopic & { provider?: string },
  sources: Map<ParsedTopic, Source | undefined>,
): () => void {
  channel.send({ type: "snapshot", topic: topic.topic, items: [] });
  let stopFeed: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let waitMs = 500;
  let trying = false;
  const attempt = async () => {
    if (trying || stopFeed || channel.closed) return;
    trying = true;
    clearTimeout(timer);
    try {
      const source = await permitted(hub, request, topic);
      if (source && !channel.closed) {
        sources.set(topic, source);
        stopFeed = await feed(hub, request, channel, topic, sources);
        if (channel.closed) stopFeed();
        return;
      }
      // The provider is there and the roles are being aggregated: that sends no event of its own.
      if (hub.instances.providers.get(undefined, topic.provider ?? "")?.status?.phase === "Ready") again();
    } catch (error) {
      hub.log.warn(
        { err: error, topic: topicKind(topic.topic) },
        "a provider's instances are not readable yet",
      );
      again();
    } finally {
      trying = false;
    }
  };
  const again = () => {
    timer = setTimeout(() => void attempt(), waitMs);
    waitMs = Math.min(waitMs * 2, 30_000);
  };
  const stop = hub.instances.providers.subscribe(({ object }) => {
    if (object.metadata.name === topic.provider) void attempt();
  });
  void attempt();
  return () => {
    clearTimeout(timer);
    stop();
    stopFeed?.();
  };
}

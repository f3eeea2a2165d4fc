import type { LogOptions } from "../cluster/index.ts";
import type { Hub } from "./hub.ts";
import { Channel, type StartStream } from "./streams/channel.ts";
import { watchRights } from "./streams/rights.ts";

const MAX_WAITING_BYTES = 1024 * 1024;

/**
 * A container's log as an event stream: one `data:` per line, then `event: end`. Read as the member. Throws before the
 * stream begins when the API server refuses; ends with the session, and when the right to it is gone.
 */
export async function streamLogs(
  hub: Hub,
  who: { uid: string; namespace: string; session: { id: string; expiresAt: string } },
  pod: string,
  options: LogOptions,
): Promise<StartStream> {
  const member = hub.members.clusterOf(who.uid, who.namespace);
  const giveBack = hub.shares.streams.take(who.uid);
  const abort = new AbortController();
  const lines = member.logs({ namespace: who.namespace, name: pod }, options, abort.signal);
  // The first line, or the refusal, comes before the answer's status is decided.
  const opening = options.follow ? firstOf(lines, 300) : lines.next().then((next) => ({ next }));
  const first = await opening.catch((error: unknown) => {
    giveBack();
    throw error;
  });
  return (out) => {
    const cleanups: (() => void)[] = [() => abort.abort(), giveBack];
    const channel = new Channel(out, {
      maxWaitingBytes: MAX_WAITING_BYTES,
      heartbeatMs: 15_000,
      onClose: () => {
        for (const cleanup of cleanups) cleanup();
      },
    });
    cleanups.push(hub.onDrain(() => channel.close("draining")));
    cleanups.push(hub.sessions.onEnd(who.session.id, who.session.expiresAt, (end) => channel.close(end)));
    // The API server asks only at the beginning.
    const question = {
      verb: "get",
      group: "",
      resource: "pods",
      subresource: "log",
      namespace: who.namespace,
    };
    cleanups.push(
      watchRights(
        hub,
        who,
        () => [question],
        () => {
          channel.named("end", "forbidden");
          channel.close("ended");
        },
      ),
    );
    const pump = async () => {
      let step = await first.next;
      while (!step.done && !channel.closed) {
        channel.line(step.value);
        step = await lines.next();
      }
      channel.named("end", "");
      channel.close("ended");
    };
    pump().catch((error: unknown) => {
      if (channel.closed) return;
      hub.log.warn({ err: error }, "a log ended early");
      channel.named("end", error instanceof Error ? error.message.replace(/[\r\n]+/g, " ") : "");
      channel.close("ended");
    });
  };
}

type Step = IteratorResult<string, void>;

/** Waits a little for the first line, so that a refusal becomes a proper answer; a quiet container has none. */
async function firstOf(
  lines: AsyncGenerator<string, void>,
  ms: number,
): Promise<{ next: Promise<Step> | Step }> {
  const next = lines.next();
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), ms);
  try {
    await Promise.race([next, promise]);
  } finally {
    clearTimeout(timer);
  }
  return { next };
}

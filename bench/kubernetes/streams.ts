import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { encode } from "next-auth/jwt";
import { sessionName } from "../../lib/hub/sessions.ts";
import { provisionTenant } from "../../lib/install/provision.ts";
import { API_VERSION, APP_API_VERSION, type Session, SYSTEM_NAMESPACE } from "../../lib/model/resources.ts";
import { quantile } from "../lib/quantile.ts";
import type { Measured } from "./cluster.ts";
import { residentBytes } from "./processes.ts";
import { type Figure, say } from "./report.ts";

const PER_PERSON = 50;
/** What a desktop asks for. */
const TOPICS = ["apps", "installations", "desktop", "providers", "quota"];

interface Answer {
  ready?: number;
  mark?: string;
  delays?: number[];
  failed?: string;
  ended?: string;
}

/**
 * Many streams on one web process, all of one workspace with many members, so that every change goes to every stream:
 * how long it takes from before the change is asked of the API server until it has arrived, and what a stream costs.
 */
export async function measureStreams(
  measured: Measured,
  web: { url: string; pid: number; secret: string },
  setup: { streams: number; rounds: number; run: string },
): Promise<Figure[]> {
  const { admin } = measured;
  const people = Array.from(
    { length: Math.ceil(setup.streams / PER_PERSON) },
    (_, index) => `s${setup.run}${index}`,
  );
  const [owner = "", ...others] = people;
  const namespace = await provisionTenant(
    admin,
    { uid: owner, subject: `bench/${owner}` },
    { members: others.map((uid) => ({ uid, role: "editor" as const, displayName: uid })) },
  );
  const query = new URLSearchParams([["namespace", namespace], ...TOPICS.map((topic) => ["topic", topic])]);
  const wanted: { url: string; cookie: string }[] = [];
  for (const uid of people) {
    const cookie = `sealos-session=${await signIn(admin, uid, web.secret)}`;
    for (let tab = 0; tab < PER_PERSON && wanted.length < setup.streams; tab++)
      wanted.push({ url: `${web.url}/api/stream?${query}`, cookie });
  }
  const app = { apiVersion: APP_API_VERSION, kind: "App", name: "tick", namespace };
  await admin.create({
    apiVersion: app.apiVersion,
    kind: app.kind,
    metadata: { name: app.name, namespace },
    spec: { name: "tick", icon: "", type: "link", data: { url: "https://example.com/" } },
  });
  await delay(2_000);

  const readers = fork(fileURLToPath(new URL("./readers.ts", import.meta.url)), { stdio: "inherit" });
  const answer = async (fits: (answer: Answer) => boolean): Promise<Answer> => {
    for (;;) {
      const [message] = (await once(readers, "message")) as [Answer];
      if (message.failed || message.ended)
        throw new Error(message.failed ?? `a stream ended: ${message.ended}`);
      if (fits(message)) return message;
    }
  };
  try {
    // What a first visit brings in once, code above all, is no stream's cost.
    readers.send({ open: wanted.slice(0, PER_PERSON) });
    await answer(({ ready }) => ready !== undefined);
    await delay(3_000);
    const before = residentBytes(web.pid);
    const began = performance.now();
    readers.send({ open: wanted.slice(PER_PERSON) });
    await answer(({ ready }) => ready !== undefined);
    say(`${wanted.length} streams opened in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    await delay(10_000);
    const each = (residentBytes(web.pid) - before) / (wanted.length - PER_PERSON);

    const delays: number[] = [];
    let lost = 0;
    for (let round = 0; round < setup.rounds; round++) {
      const mark = `tick-${round}-${Date.now()}`;
      await admin.patch(app, { spec: { name: mark } }, { type: "merge" });
      await delay(1_000);
      const next = answer((message) => message.mark === mark);
      readers.send({ mark });
      const { delays: arrived = [] } = await next;
      lost += wanted.length - arrived.length;
      delays.push(...arrived);
    }
    delays.sort((a, b) => a - b);
    if (lost > 0)
      say(`${lost} of ${wanted.length * setup.rounds} arrivals took longer than a second or did not come`);
    const p99 = lost > delays.length / 100 ? Number.POSITIVE_INFINITY : quantile(delays, 0.99);
    const rss = residentBytes(web.pid) / 2 ** 20;
    return [
      {
        what: `change in the cluster to ${wanted.length} streams on one web process, ${setup.rounds} changes`,
        asked: "p99 at most 500 ms",
        measured: `p99 ${p99} ms, median ${quantile(delays, 0.5)} ms`,
        met: p99 <= 500,
      },
      {
        what: "resident memory per stream",
        asked: "at most 40 kB",
        measured: `${(each / 1000).toFixed(1)} kB (web has ${rss.toFixed(0)} MiB)`,
        met: each <= 40_000,
      },
    ];
  } finally {
    readers.kill();
  }
}

/** The cookie of a fresh session. */
async function signIn(admin: Measured["admin"], uid: string, secret: string): Promise<string> {
  const sid = `bench-${uid}`;
  await admin.create<Session>({
    apiVersion: API_VERSION,
    kind: "Session",
    metadata: { name: sessionName(sid), namespace: SYSTEM_NAMESPACE },
    spec: { user: uid, expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
  });
  return encode({ token: { sid, uid, name: uid }, secret });
}

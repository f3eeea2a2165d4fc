import { setTimeout as delay } from "node:timers/promises";
import { type Audit, isLease, isWrite, tally } from "./audit.ts";
import { processorSeconds } from "./processes.ts";
import { type Figure, say } from "./report.ts";

const ACCOUNTS = ["manager", "web"].map((account) => `system:serviceaccount:sealos-system:${account}`);

/** Nothing happens for a while: what do manager and web write, and what processor time do they take together? */
export async function measureRest(
  audit: Audit,
  pids: readonly number[],
  setup: { seconds: number; installations: number },
): Promise<Figure[]> {
  // What the last installs left to do is over when a while has passed without a write.
  for (let quiet = 0, tries = 0; quiet < 2 && tries < 60; tries++) {
    await audit.since([]);
    await delay(3_000);
    const writes = (await audit.since(ACCOUNTS)).filter((event) => isWrite(event) && !isLease(event));
    quiet = writes.length === 0 ? quiet + 1 : 0;
  }
  const used = () => pids.reduce((sum, pid) => sum + processorSeconds(pid), 0);
  const before = used();
  const began = performance.now();
  await delay(setup.seconds * 1000);
  const share = ((used() - before) / ((performance.now() - began) / 1000)) * 100;
  const events = await audit.since(ACCOUNTS);
  const writes = events.filter(isWrite);
  const others = writes.filter((event) => !isLease(event));
  say(
    `requests at rest in ${setup.seconds} s: ${
      tally(events)
        .map(([what, count]) => `${count} ${what}`)
        .join(", ") || "none"
    }`,
  );
  const size = `${setup.installations} installations`;
  return [
    {
      what: `writes at rest, ${size}, ${setup.seconds} s`,
      asked: "0",
      measured: `${others.length} (and ${writes.length - others.length} renewals of the lease)`,
      met: others.length === 0,
    },
    {
      what: `processor at rest, manager and web together, ${size}`,
      asked: "under 2 % of a core",
      measured: `${share.toFixed(2)} %`,
      met: share < 2,
    },
  ];
}

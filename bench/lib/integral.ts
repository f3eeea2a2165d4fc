import type { Usage } from "../../lib/model/resources.ts";
import type { Wanted } from "./metered-cluster.ts";

interface Held {
  milli: number;
  mebi: number;
  since: number;
}

/** What pods ask for over time, in whole numbers: thousandths of a core and MiB times milliseconds. */
export class Integral {
  readonly #held = new Map<string, Held>();
  readonly #sums = new Map<string, { cpu: bigint; memory: bigint }>();

  /** From `at` (milliseconds since the epoch) on the pod is as wanted. */
  change({ tenant, name, does, milli, mebi }: Wanted, at: number): void {
    this.#close(tenant, name, at);
    if (does === "come" || does === "resize") this.#held.set(`${tenant}/${name}`, { milli, mebi, since: at });
  }

  /** How far, as a share, the records are from the integral up to `at`: all together, and the workspace farthest off. */
  compare(usages: readonly Usage[], at: number): { total: number; worst: number } {
    for (const key of [...this.#held.keys()]) {
      const [tenant = "", name = ""] = key.split("/");
      this.#close(Number(tenant), name, at);
    }
    const recorded = new Map<string, { cpu: number; memory: number }>();
    for (const { metadata, status } of usages)
      for (const { cpuSeconds, memoryByteSeconds } of Object.values(status?.apps ?? {})) {
        const sum = recorded.get(metadata.namespace ?? "") ?? { cpu: 0, memory: 0 };
        sum.cpu += cpuSeconds;
        sum.memory += memoryByteSeconds;
        recorded.set(metadata.namespace ?? "", sum);
      }
    let worst = 0;
    let [wanted, found] = [0, 0];
    for (const [tenant, { cpu, memory }] of this.#sums) {
      const sum = recorded.get(tenant) ?? { cpu: 0, memory: 0 };
      const cpuSeconds = Number(cpu) / 1e6;
      const byteSeconds = (Number(memory) / 1e3) * 2 ** 20;
      worst = Math.max(
        worst,
        Math.abs(sum.cpu - cpuSeconds) / cpuSeconds,
        Math.abs(sum.memory - byteSeconds) / byteSeconds,
      );
      wanted += cpuSeconds;
      found += sum.cpu;
    }
    return { total: Math.abs(found - wanted) / wanted, worst };
  }

  #close(tenant: number, name: string, at: number): void {
    const held = this.#held.get(`${tenant}/${name}`);
    if (!held) return;
    this.#held.delete(`${tenant}/${name}`);
    const sum = this.#sums.get(`ns-t${tenant}`) ?? { cpu: 0n, memory: 0n };
    const time = BigInt(at - held.since);
    sum.cpu += BigInt(held.milli) * time;
    sum.memory += BigInt(held.mebi) * time;
    this.#sums.set(`ns-t${tenant}`, sum);
  }
}

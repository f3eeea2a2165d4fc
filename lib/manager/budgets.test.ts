import { expect, test } from "vitest";
import { parsePriceBook } from "../metering/prices.ts";
import type { Budget } from "../model/budget.ts";
import { API_VERSION } from "../model/resources.ts";
import { Budgets } from "./budgets.ts";
import type { World } from "./world.ts";

const budgetIn = (namespace: string): Budget => ({
  apiVersion: API_VERSION,
  kind: "Budget",
  metadata: { name: "default", namespace, generation: 1 },
  spec: { monthly: "5" },
});

test("a workspace whose usage or budget cannot be read or written keeps no other's from being judged", async () => {
  const written: string[] = [];
  const refuse = async () => {
    throw new Error("refused");
  };
  const world = {
    budgets: { list: () => ["ns-unread", "ns-unwritten", "ns-fine"].map(budgetIn) },
    recorder: { record: () => undefined },
    cluster: {
      find: ({ namespace }: { namespace: string }) =>
        namespace === "ns-unread" ? refuse() : Promise.resolve(undefined),
      patch: async ({ namespace }: { namespace: string }) =>
        namespace === "ns-unwritten" ? refuse() : written.push(namespace),
    },
  } as unknown as World;
  const book = parsePriceBook("currency: EUR\nprices: { cpu: 1 }");
  await expect(new Budgets(world).judge(Date.parse("2026-01-15"), book)).rejects.toThrow("refused");
  expect(written).toEqual(["ns-fine"]);
});

test("a day that is over is read once a day, and what is older than the month never", async () => {
  let read: string[] = [];
  let percent: unknown;
  const world = {
    budgets: { list: () => [budgetIn("ns-a")] },
    recorder: { record: () => undefined },
    cluster: {
      find: async ({ name }: { name: string }) => {
        read.push(name.slice(-2));
        const charges = [{ meter: "cpu", unit: "core", per: "hour", amount: 1, cost: 500_000 }];
        return { status: { currency: "EUR", apps: { shop: { cost: 500_000, charges } } } };
      },
      patch: async (_: unknown, operations: { path: string; value: unknown }[]) => {
        percent = operations.find(({ path }) => path === "/status/percent")?.value;
      },
    },
  } as unknown as World;
  const book = parsePriceBook("currency: EUR\nprices: { cpu: 1 }");
  const budgets = new Budgets(world);
  const readAt = async (time: string) => {
    read = [];
    await budgets.judge(Date.parse(time), book);
    return read;
  };
  expect(await readAt("2026-01-04T12:00Z")).toEqual(["01", "02", "03", "04"]);
  expect(await readAt("2026-01-04T12:05Z")).toEqual(["03", "04"]);
  expect(percent).toBe(40);
  expect(await readAt("2026-01-05T00:01Z")).toEqual(["01", "02", "03", "04", "05"]);
  expect(await readAt("2026-02-01T00:01Z")).toEqual(["01"]);
});

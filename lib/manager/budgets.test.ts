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
      list: ({ namespace }: { namespace: string }) =>
        namespace === "ns-unread" ? refuse() : Promise.resolve({ items: [] }),
      patch: async ({ namespace }: { namespace: string }) =>
        namespace === "ns-unwritten" ? refuse() : written.push(namespace),
    },
  } as unknown as World;
  const book = parsePriceBook("currency: EUR\nprices: { cpu: 1 }");
  await expect(new Budgets(world).judge(Date.parse("2026-01-15"), book)).rejects.toThrow("refused");
  expect(written).toEqual(["ns-fine"]);
});

import { describe, expect, test } from "vitest";
import type { Cluster } from "../cluster/index.ts";
import type { InstanceKind, InstanceRequests } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import type { Offer } from "./offers.ts";
import { plannedCost } from "./plan-cost.ts";
import { referenceOf } from "./references.ts";

const type = { apiVersion: "example.com/v1", kind: "Store" };
const store = (name: string, spec: object) =>
  ({ ...type, metadata: { name, namespace: "ns-a" }, spec }) as KubernetesObject;
const volume = {
  ...{ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "data" } },
  spec: { resources: { requests: { storage: "3" } } },
} as KubernetesObject;
const declared: InstanceRequests = {
  groups: [{ replicas: "object.spec.replicas", storage: "object.spec.size", default: { storage: "7" } }],
};
const offer = (requests: InstanceRequests) =>
  ({ kinds: new Map([["example.com/Store", { ...type, requests } as InstanceKind]]) }) as unknown as Offer;

/** A byte of storage costs one. */
const planned = (
  given: {
    wanted: KubernetesObject[];
    live?: KubernetesObject[];
    leaving?: KubernetesObject[];
    priced?: boolean;
  },
  requests = declared,
) => {
  const { wanted, live = [], leaving = [], priced = true } = given;
  const cluster = {
    find: async ({ name }: { name: string }) => leaving.find(({ metadata }) => metadata.name === name),
  };
  return plannedCost(
    {
      ...{ namespace: "ns-a", wanted, live, leaving: leaving.map(referenceOf), ranges: [], needs: [] },
      change: live.length + leaving.length > 0,
    },
    {
      cluster: cluster as unknown as Cluster,
      offers: async () => [offer(requests)],
      estimate: (amounts) =>
        priced ? { currency: "EUR", monthlyMicros: amounts["requests.storage"] ?? 0 } : undefined,
    },
  );
};

describe("what an app costs", () => {
  test("has in it what operators make for its instances, each named", async () => {
    const wanted = [volume, store("a", { replicas: 2, size: "10" }), store("b", { replicas: 1 })];
    expect(await planned({ wanted })).toEqual({
      notices: [],
      cost: {
        ...{ currency: "EUR", monthlyMicros: 30 },
        instances: [
          { kind: "Store", name: "a", monthlyMicros: 20, monthlyMicrosNow: 0 },
          { kind: "Store", name: "b", monthlyMicros: 7, monthlyMicrosNow: 0, least: true },
        ],
      },
    });
  });

  test("is compared with what it costs now, with what grows and what goes", async () => {
    const { cost } = await planned({
      wanted: [volume, store("a", { replicas: 3, size: "10" })],
      live: [volume, store("a", { replicas: 1, size: "10" })],
      leaving: [store("old", { replicas: 1, size: "5" }), { ...volume, metadata: { name: "kept" } }],
    });
    expect(cost).toMatchObject({ monthlyMicros: 33, monthlyMicrosNow: 18 });
    expect(cost?.instances).toMatchObject([
      { name: "a", monthlyMicros: 30, monthlyMicrosNow: 10 },
      { name: "old", monthlyMicros: 0, monthlyMicrosNow: 5 },
    ]);
  });

  test("says which instance it cannot tell, and stands without it", async () => {
    const { cost, notices } = await planned({ wanted: [volume, store("a", {})] });
    expect(cost).toEqual({ currency: "EUR", monthlyMicros: 3 });
    expect(notices).toMatchObject([{ reason: "cost-unread", params: { kind: "Store", name: "a" } }]);
  });

  test("is nothing to speak of without prices", async () => {
    expect(await planned({ wanted: [store("a", {})], priced: false })).toEqual({ notices: [] });
  });
});

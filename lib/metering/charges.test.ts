import { expect, test } from "vitest";
import { faultOf, rateOf } from "./custom.ts";
import { added } from "./ledger.ts";
import { NOTHING } from "./money.ts";
import { OTHER } from "./owners.ts";
import { type PriceBook, parsePriceBook, pricesFor } from "./prices.ts";

const book = (text: string) => parsePriceBook(`currency: EUR\n${text}`);
const entry = (spent: object, upTo: string, { currency, prices }: PriceBook) => ({
  apps: new Map([["shop", { ...NOTHING, ...spent }]]),
  upTo,
  gaps: [],
  priced: { currency, pricesOf: () => prices },
});

test("a day keeps what was counted by meter and price, so that a new price begins a new line", () => {
  const cheap = book("prices: { cpu: 3.6, meters: { calls: { unit: call, per: each, price: 0.5 } } }");
  const dear = book("prices: { cpu: 7.2 }");
  const first = added(undefined, entry({ cpu: 3600, "calls/call/each": 4 }, "a", cheap), OTHER);
  const again = added(first, entry({ cpu: 3600 }, "b", cheap), OTHER);
  const { shop } = added(again, entry({ cpu: 1800, "size/GiB/hour": 7200 }, "c", dear), OTHER).apps ?? {};
  expect(shop?.charges?.map(({ meter, amount, price, cost }) => [meter, amount, price, cost])).toEqual([
    ["cpu", 2, "3.6", 7_200_000],
    ["calls", 4, "0.5", 2_000_000],
    ["cpu", 0.5, "7.2", 3_600_000],
    ["size", 2, undefined, undefined],
  ]);
  expect(shop?.cost).toBe(12_800_000);
});

test("what costs less than a millionth each time is not lost, nor counted for a whole one", () => {
  const cheap = book("prices: { cpu: 0.02, storage: 0.000005 }");
  let day: ReturnType<typeof added> | undefined;
  // Ten thousandths of a core and a GiB, for a day, written every five minutes.
  for (let round = 0; round < 288; round++)
    day = added(day, entry({ cpu: 3, storage: 2 ** 30 * 300 }, String(round), cheap), OTHER);
  const { shop } = day?.apps ?? {};
  expect(shop?.charges?.map(({ meter, cost }) => [meter, cost])).toEqual([
    ["cpu", 4800],
    ["storage", 120],
  ]);
  expect(shop?.cost).toBe(4920);
});

test("a meter has the price of its name, unit and way of counting, of the organization where it has one", () => {
  const both = book(
    "prices: { meters: { size: { unit: GiB, price: 0.1 } } }\norganizations: { acme: { meters: { size: { unit: GiB, price: 0.2 } } } }",
  );
  const key = "size/GiB/hour";
  expect([pricesFor(both, "labring")[key], pricesFor(both, "acme")[key]]).toEqual([
    100_000_000n,
    200_000_000n,
  ]);
  expect(both.prices["size/MiB/hour"]).toBeUndefined();
  expect(() => book("prices: { meters: { size: { price: 1 } } }")).toThrow("prices.meters.size.unit");
  expect(() => book("prices: { meters: { size: { unit: GiB, price: -1 } } }")).toThrow(
    "prices.meters.size.price",
  );
});

test("a field is read as a quantity, in the unit of the meter, and what is no amount counts nothing", () => {
  const claim = (storage: unknown) => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "a" },
    status: { capacity: { storage } },
  });
  const { apiVersion, kind } = claim("1Gi");
  const meter = {
    name: "size",
    title: "Size",
    unit: "GiB",
    field: { apiVersion, kind, path: "status.capacity.storage" },
  };
  const rate = (storage: unknown) => rateOf(claim(storage), meter)?.["size/GiB/hour"];
  expect([rate("512Mi"), rate("2Gi"), rate("-1Gi"), rate("1e308"), rate("much"), rate(undefined)]).toEqual([
    0.5,
    2,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(rateOf({ ...claim("1Gi"), kind: "Pod" }, meter)).toBeUndefined();
  expect(faultOf(Number.NaN)).toBe("it is no number");
});

test("a gap that goes on is one gap", () => {
  const gap = (from: string, to: string, message = "gone") => ({
    ...{ from, to, message },
    ...{ reason: "MeterFailed" as const, app: "shop", meter: "calls" },
  });
  const empty = { apps: new Map(), upTo: "x" };
  const first = added(undefined, { ...empty, gaps: [gap("1", "2")] }, OTHER);
  const second = added(first, { ...empty, gaps: [gap("2", "3"), gap("3", "4", "negative")] }, OTHER);
  expect(second.gaps).toEqual([gap("1", "3"), gap("3", "4", "negative")]);
});

test("many meters of images neither push out what the cluster counts nor make a day too large to be written", () => {
  const prices = parsePriceBook(
    "currency: EUR\nprices: { cpu: 3.6, meters: { m0: { unit: x, price: 1 } } }",
  ).prices;
  const apps = (spent: object) =>
    new Map(Array.from({ length: 100 }, (_, app) => [`app-${app}`, { ...NOTHING, ...spent }]));
  const round = (spent: object) => ({
    ...{ apps: apps(spent), upTo: "x", gaps: [] },
    priced: { currency: "EUR", pricesOf: () => prices },
  });
  const own = Object.fromEntries(Array.from({ length: 300 }, (_, each) => [`m${each}/x/hour`, 3600]));
  const crowded = added(undefined, round(own), OTHER);
  const status = added(crowded, round({ cpu: 3600 }), OTHER);
  const [first, ...others] = Object.values(status.apps ?? {});
  expect(first?.charges?.length).toBe(151);
  expect(first?.charges?.at(-1)).toMatchObject({ meter: "cpu", cost: 3_600_000 });
  expect(others.at(-1)).toMatchObject({ charges: [{ meter: "cpu" }], cost: 4_600_000 });
  expect(JSON.stringify(status).length).toBeLessThan(500_000);
});

test("a cost stays a number that can be written, whatever a meter says", () => {
  const dear = book("prices: { meters: { calls: { unit: call, per: each, price: 999999999999 } } }");
  const { shop } = added(undefined, entry({ "calls/call/each": 1e15 }, "a", dear), OTHER).apps ?? {};
  expect([shop?.cost, shop?.charges?.[0]?.cost]).toEqual([Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]);
});

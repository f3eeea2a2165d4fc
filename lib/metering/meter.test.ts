import fc from "fast-check";
import { expect, test } from "vitest";
import { dayOf, Meter } from "./meter.ts";
import { NOTHING, type Spent } from "./money.ts";

const DAY = 86_400_000;
const NOON = Date.parse("2026-01-31T12:00:00Z");
const cpu = (milli: number) => ({ ...NOTHING, cpu: milli });
const use = (app: string, milli: number) => ({ namespace: "ns-a", app, rates: cpu(milli) });
const seconds = (taken: Map<string, Map<string, Spent>>, app: string) =>
  Object.fromEntries([...taken].map(([day, apps]) => [day, apps.get(app)?.cpu]));

test("an amount counts for as long as it is there, and nothing is told twice", () => {
  const meter = new Meter();
  meter.set("pod", use("shop", 500), NOON);
  expect(seconds(meter.take("ns-a", NOON + 60_000), "shop")).toEqual({ "2026-01-31": 30 });
  meter.set("pod", use("shop", 1000), NOON + 90_000);
  meter.set("pod", undefined, NOON + 100_000);
  expect(seconds(meter.take("ns-a", NOON + 200_000), "shop")).toEqual({ "2026-01-31": 15 + 10 });
  expect(meter.take("ns-a", NOON + 300_000).size).toBe(0);
  expect(meter.namespaces()).toEqual([]);
});

test("what began or ended earlier than it was heard of counts from then", () => {
  const meter = new Meter();
  meter.set("first", use("shop", 1000), NOON);
  meter.take("ns-a", NOON + 100_000);
  meter.set("late", use("shop", 1000), NOON + 40_000);
  meter.set("first", undefined, NOON + 90_000);
  expect(seconds(meter.take("ns-a", NOON + 100_000), "shop")).toEqual({ "2026-01-31": 60 - 10 });
});

test("time that only a clock says has passed, or passes again, is not counted, and what did pass is", () => {
  const meter = new Meter();
  meter.set("pod", use("shop", 1000), NOON);
  expect(seconds(meter.take("ns-a", NOON + 60_000), "shop")).toEqual({ "2026-01-31": 60 });
  meter.restart(NOON + 365 * DAY);
  expect(seconds(meter.take("ns-a", NOON + 365 * DAY + 30_000), "shop")).toEqual({ "2027-01-31": 30 });
  meter.restart(NOON);
  expect(seconds(meter.take("ns-a", NOON + 20_000), "shop")).toEqual({ "2026-01-31": 20 });
});

test("each day has its own part, by UTC", () => {
  const meter = new Meter();
  meter.set("pod", use("shop", 1000), NOON);
  const taken = seconds(meter.take("ns-a", NOON + 2 * DAY), "shop");
  expect(taken).toEqual({ "2026-01-31": 43_200, "2026-02-01": 86_400, "2026-02-02": 43_200 });
});

test("sums are the exact integral, however many things come, change and go, and however often it is asked", () => {
  const step = fc.record({
    id: fc.integer({ min: 0, max: 5 }),
    app: fc.constantFrom("a", "b"),
    milli: fc.integer({ min: 0, max: 64_000 }),
    after: fc.integer({ min: 0, max: DAY }),
    kind: fc.constantFrom("set", "end", "take"),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const meter = new Meter();
      const exact = new Map<string, bigint>();
      const metered = new Map<string, number>();
      const open = new Map<number, { app: string; milli: number; since: number }>();
      const take = (at: number) => {
        for (const [day, apps] of meter.take("ns-a", at))
          for (const [app, spent] of apps)
            metered.set(`${day} ${app}`, (metered.get(`${day} ${app}`) ?? 0) + spent.cpu);
      };
      const close = (id: number, at: number) => {
        const was = open.get(id);
        open.delete(id);
        for (let from = was?.since ?? at; was && from < at; ) {
          const to = Math.min(at, (Math.floor(from / DAY) + 1) * DAY);
          const key = `${dayOf(from)} ${was.app}`;
          exact.set(key, (exact.get(key) ?? 0n) + BigInt(was.milli) * BigInt(to - from));
          from = to;
        }
      };
      let at = NOON;
      for (const { id, app, milli, after, kind } of steps) {
        at += after;
        if (kind === "take") take(at);
        else {
          close(id, at);
          if (kind === "set") open.set(id, { app, milli, since: at });
          meter.set(String(id), kind === "set" ? use(app, milli) : undefined, at);
        }
      }
      for (const id of [...open.keys()]) close(id, at);
      take(at);
      for (const [key, milliMs] of exact) expect(metered.get(key) ?? 0).toBeCloseTo(Number(milliMs) / 1e6, 3);
    }),
  );
});

import { expect, test } from "vitest";
import { opensIn } from "./window.ts";

const HOUR = 3_600_000;
const nightly = { schedule: "0 2 * * *", durationMinutes: 120, timeZone: "Asia/Shanghai" };
const at = (time: string) => new Date(time);

test("a window is open from its beginning until its duration is over, in its time zone", () => {
  expect(opensIn(nightly, at("2026-03-01T17:59:59Z"))).toBe(1000);
  expect(opensIn(nightly, at("2026-03-01T18:00:00Z"))).toBe(0);
  expect(opensIn(nightly, at("2026-03-01T19:59:59Z"))).toBe(0);
  expect(opensIn(nightly, at("2026-03-01T20:00:00Z"))).toBe(22 * HOUR);
  expect(opensIn(nightly, at("2026-03-01T20:00:00.400Z"))).toBe(22 * HOUR - 400);
});

test("it keeps to the wall clock when clocks change", () => {
  const berlin = { ...nightly, schedule: "30 4 * * 0", timeZone: "Europe/Berlin" };
  expect(opensIn(berlin, at("2026-03-29T00:30:00Z"))).toBe(2 * HOUR);
});

test("without a time zone it is read in UTC", () => {
  expect(opensIn({ schedule: "0 2 * * *", durationMinutes: 60 }, at("2026-03-01T01:00:00Z"))).toBe(HOUR);
});

test("one that never comes is never open", () => {
  expect(
    opensIn({ schedule: "0 0 31 2 *", durationMinutes: 60 }, at("2026-03-01T01:00:00Z")),
  ).toBeUndefined();
});

test.each(["* * * * * *", "every night", "61 2 * * *"])("%s is refused", (schedule) => {
  expect(() => opensIn({ ...nightly, schedule }, at("2026-03-01T00:00:00Z"))).toThrow();
});

test("an unknown time zone is refused", () => {
  expect(() => opensIn({ ...nightly, timeZone: "Mars/Olympus" }, at("2026-03-01T00:00:00Z"))).toThrow();
});

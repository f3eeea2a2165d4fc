import { describe, expect, test } from "vitest";
import { lastChange, nextChanges, type Schedule, scheduleFault } from "./schedule.ts";

const nights: Schedule = { stop: "0 20 * * 1-5", start: "0 8 * * 1-5", timeZone: "Europe/Berlin" };
const at = (text: string) => new Date(text);
const said = (change: { does: string; at: Date } | undefined) =>
  change && `${change.does} ${change.at.toISOString()}`;

describe("a schedule", () => {
  test("asks for what was due last, the moment itself included", () => {
    expect(said(lastChange(nights, at("2026-11-27T18:59:59.999Z")))).toBe("start 2026-11-27T07:00:00.000Z");
    expect(said(lastChange(nights, at("2026-11-27T19:00:00Z")))).toBe("stop 2026-11-27T19:00:00.000Z");
    expect(said(lastChange(nights, at("2026-11-29T12:00:00Z")))).toBe("stop 2026-11-27T19:00:00.000Z");
  });

  test("names the next times, the sooner first", () => {
    expect(nextChanges(nights, at("2026-11-27T12:00:00Z")).map(said)).toEqual([
      "stop 2026-11-27T19:00:00.000Z",
      "start 2026-11-30T07:00:00.000Z",
    ]);
    expect(nextChanges({ stop: "0 20 * * *" }, at("2026-11-27T12:00:00Z")).map(said)).toEqual([
      "stop 2026-11-27T20:00:00.000Z",
    ]);
  });

  test.each([
    [
      "is brought forward to the end of the hour that is left out",
      "2026-03-29T12:00:00Z",
      "2026-03-29T01:00:00.000Z",
    ],
    ["comes once in the hour that is there twice", "2026-10-25T12:00:00Z", "2026-10-25T00:30:00.000Z"],
  ])("when clocks change, %s", (_, now, expected) => {
    const daily = { stop: "30 2 * * *", timeZone: "Europe/Berlin" };
    expect(lastChange(daily, at(now))?.at.toISOString()).toBe(expected);
    const tomorrow = nextChanges(daily, at(expected))[0]?.at.getTime() ?? 0;
    expect(tomorrow - Date.parse(expected)).toBeGreaterThan(22 * 3_600_000);
  });

  test("starts when both come at one moment", () => {
    const both = { stop: "0 8 * * *", start: "0 8 * * *" };
    expect(lastChange(both, at("2026-11-27T09:00:00Z"))?.does).toBe("start");
  });

  test.each<[Schedule, string, string]>([
    [{ stop: "0 20 * *" }, "stop", "schedule-cron"],
    [{ stop: "* * * * * *" }, "stop", "schedule-cron"],
    [{ stop: "61 * * * *" }, "stop", "schedule-cron"],
    [{ start: "@daily" }, "start", "schedule-cron"],
    [{ stop: "0 20 * * 1-5", start: "0 0 30 2 *" }, "start", "schedule-never"],
    [{ stop: "0 20 * * 1-5", timeZone: "Mars/Olympus" }, "timeZone", "schedule-zone"],
    [{ timeZone: "UTC" }, "stop", "schedule-empty"],
  ])("says what is wrong with %j", (schedule, field, reason) => {
    expect(scheduleFault(schedule)).toMatchObject({ field, reason });
  });

  test("is taken when it can be kept", () => {
    expect(scheduleFault(nights)).toBeUndefined();
    expect(scheduleFault({ start: "*/5 8-18 * * MON-FRI" })).toBeUndefined();
  });
});

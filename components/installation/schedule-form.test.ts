import { expect, test } from "vitest";
import { formOf, scheduleOf } from "./schedule-form.ts";

test.each([
  [{ stop: "0 20 * * 1-5", start: "30 7 * * 1-5", timeZone: "Asia/Shanghai" }, "weekdays"],
  [{ stop: "5 0 * * *", start: "0 6 * * *", timeZone: "UTC" }, "nights"],
  [{ stop: "0 20 * * 5", timeZone: "UTC" }, "own"],
  [{ start: "*/10 8 1 * MON", timeZone: "Europe/Berlin" }, "own"],
])("a schedule survives its form: %j as %s", (schedule, pattern) => {
  const form = formOf(schedule, "Europe/Berlin");
  expect(form.pattern).toBe(pattern);
  expect(scheduleOf(form)).toEqual(schedule);
});

test("a new one is for nights and weekends where its reader is", () => {
  expect(scheduleOf(formOf(undefined, "Asia/Shanghai"))).toEqual({
    stop: "0 20 * * 1-5",
    start: "0 8 * * 1-5",
    timeZone: "Asia/Shanghai",
  });
});

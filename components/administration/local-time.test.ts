import { expect, test } from "vitest";
import { localTime, timeOf } from "./local-time";

test("a moment goes through a field in the reader's time zone and comes back the same", () => {
  for (const moment of ["2026-03-29T00:30:00.000Z", "2026-10-25T12:00:00.000Z", "2030-01-01T00:00:00.000Z"])
    expect(timeOf(localTime(moment))).toBe(moment);
});

test("an empty field, one that is half filled in, and what is no time are none", () => {
  expect(timeOf("")).toBeNull();
  expect(timeOf("2026-13-01T00:00")).toBeNull();
  expect(localTime(undefined)).toBe("");
  expect(localTime("tomorrow")).toBe("");
});

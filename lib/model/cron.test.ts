import { expect, it } from "vitest";
import { isCronSchedule, nextDue } from "./cron.ts";

it.each(["30 2 * * *", "*/15 0-6,18 1 1-12/2 0", "0 0 31 2 *", "0 3 * * 1-5"])("takes %j", (text) =>
  expect(isCronSchedule(text)).toBe(true),
);

it.each([
  ...[
    "",
    "nightly",
    "@daily",
    "* * * *",
    "0 30 2 * * *",
    "61 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * * 13 *",
  ],
  ...["* * * * 7", "* * * * 1-7", "30-10 * * * *", "*/0 * * * *", "* * L * *", "* * * * mon", "*\n* * * *"],
])("takes %j for none", (text) => expect(isCronSchedule(text)).toBe(false));

it("tells when a schedule comes due next, in its time zone", () => {
  const from = new Date("2026-11-29T10:00:00Z");
  expect(nextDue("30 2 * * *", undefined, from)?.toISOString()).toBe("2026-11-30T02:30:00.000Z");
  expect(nextDue("30 2 * * *", "Asia/Shanghai", from)?.toISOString()).toBe("2026-11-29T18:30:00.000Z");
  expect(nextDue("@every 1h", undefined, from)).toBeUndefined();
});

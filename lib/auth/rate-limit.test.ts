import { expect, test } from "vitest";
import { RateLimit } from "./rate-limit.ts";

test("allows so many a minute per key, says how long to wait, and forgets", () => {
  let now = 0;
  const limit = new RateLimit(2, () => now);
  expect([limit.take("a"), limit.take("a")]).toEqual([0, 0]);
  now = 15_000;
  expect(limit.take("a")).toBe(45);
  expect(limit.take("b")).toBe(0);
  now = 60_001;
  expect(limit.take("a")).toBe(0);
});

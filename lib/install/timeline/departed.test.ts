import { expect, test } from "vitest";
import { outdated } from "./departed.ts";

const now = Date.parse("2026-06-01T00:00:00Z");
const record = (at: string) =>
  JSON.stringify({ name: "x", image: "", history: [{ at, event: "Uninstalled" }] });

test("records go after 90 days, and what is no record at once", () => {
  const data = {
    old: record("2026-01-01T00:00:00Z"),
    young: record("2026-05-01T00:00:00Z"),
    foreign: "{",
    empty: "{}",
  };
  expect(outdated(data, now).sort()).toEqual(["empty", "foreign", "old"]);
});

test("of a hundred, the oldest makes room for one more", () => {
  const data = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [
      `app.${index}`,
      record(new Date(now - index * 60_000).toISOString()),
    ]),
  );
  expect(outdated(data, now)).toEqual(["app.99"]);
});

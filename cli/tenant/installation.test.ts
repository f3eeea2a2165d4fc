import { expect, test } from "vitest";
import { explain } from "../lib/errors.ts";
import { refuseLarge } from "./installation.ts";

test.each([
  [{ note: "x".repeat(65_537) }, "The input note is too long: a value may have at most 64 KiB."],
  [
    { a: "x".repeat(65_536), b: "包".repeat(65_535), c: "xxxx" },
    "All inputs together have 257 KiB, which may be at most 256 KiB. The longest is b.",
  ],
])("inputs that the cluster would not take are refused by name", (inputs, sentence) => {
  let error: unknown;
  try {
    refuseLarge(inputs);
  } catch (thrown) {
    error = thrown;
  }
  expect(explain(error, "en")).toEqual({ exit: "usage", message: sentence });
});

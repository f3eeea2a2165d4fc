import { expect, test } from "vitest";
import { ApiError } from "./errors.ts";

test("a message that prints a megabyte of what it refuses keeps its beginning and its end, and can be kept in a status", () => {
  const { message } = new ApiError(
    422,
    `Deployment is invalid: ${"x".repeat(1_000_000)}: field is immutable`,
  );
  expect(message).toMatch(/^Deployment is invalid: x+ … x+: field is immutable$/);
  expect(message.length).toBeLessThan(11_000);
});

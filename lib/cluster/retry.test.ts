import { describe, expect, test } from "vitest";
import { ApiError } from "./errors.ts";
import { type Attempted, retryDelayMs } from "./retry.ts";

const get: Attempted = { method: "GET" };
const apply: Attempted = { method: "PATCH", contentType: "application/apply-patch+yaml" };
const patch: Attempted = { method: "PATCH", contentType: "application/merge-patch+json" };
const named: Attempted = { method: "POST", body: { metadata: { name: "a" } } };
const unnamed: Attempted = { method: "POST", body: { metadata: { generateName: "a-" } } };

const answer = (status: number, reason = "", retryAfterSeconds?: number) =>
  new ApiError(status, "", { reason, retryAfterSeconds });
const uncounted = new ApiError(
  403,
  'pods "a" is forbidden: status unknown for quota: quota, resources: pods',
);
const delay = (error: ApiError, request: Attempted, failures = 1) =>
  retryDelayMs(error, request, failures, () => 0.5);

describe("a request is sent again", () => {
  test.each([
    ["any, after 429: nothing was done", answer(429, "TooManyRequests", 2), unnamed, 2000],
    ["any that names its object, after a 503 that says when", answer(503, "", 1), named, 1000],
    ["a read, after a server's error that says when", answer(500, "ServerTimeout", 3), get, 3000],
    ["an apply, after an internal error", answer(500, "InternalError"), apply, 100],
    ["a dry run, after an internal error", answer(500, "InternalError"), { ...named, dryRun: true }, 100],
    ["a read, after a broken connection", answer(0, "Unreachable"), get, 100],
    ["any, while a quota is not counted: nothing was done", uncounted, unnamed, 500],
    ["one, at the latest in ten seconds", answer(429, "", 3600), get, 10_000],
  ])("%s", (_what, error, request, expected) => {
    expect(delay(error, request)).toBe(expected);
  });

  test.each([
    ["a create whose name the server makes up, after 503", answer(503, "", 1), unnamed],
    ["a create, when it may have taken effect", answer(504, "Timeout", 1), named],
    ["a patch, after a broken connection", answer(0, "Unreachable"), patch],
    ["an apply that is refused for good by a 500 without a reason", answer(500), apply],
    ["one for which there was no time left", answer(0, "Timeout"), get],
    ["one that is refused", answer(403, "Forbidden"), get],
    ["one that conflicts", answer(409, "Conflict"), apply],
  ])("but not: %s", (_what, error, request) => {
    expect(delay(error, request)).toBeUndefined();
  });

  test("later each time, and not for ever", () => {
    const torn = answer(0, "Unreachable");
    expect([1, 2, 3, 4].map((failures) => delay(torn, get, failures))).toEqual([100, 200, 400, undefined]);
  });
});

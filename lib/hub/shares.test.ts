import { expect, test } from "vitest";
import { Shares } from "./shares.ts";

test("each person holds so many at a time, and others are not in their way", async () => {
  const shares = new Shares(2);
  const give = shares.take("a");
  shares.take("a");
  expect(() => shares.take("a")).toThrow("at most 2 at a time");
  await expect(shares.during("b", async () => "done")).resolves.toBe("done");
  give();
  give();
  shares.take("a");
  expect(() => shares.take("a")).toThrow("at most 2 at a time");
});

test("what fails gives its share back", async () => {
  const shares = new Shares(1);
  const failing = () => shares.during("a", () => Promise.reject(new Error("no")));
  await expect(failing()).rejects.toThrow("no");
  await expect(failing()).rejects.toThrow("no");
});

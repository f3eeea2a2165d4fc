import { expect, test } from "vitest";
import { ImageError } from "./error.ts";
import { Readings } from "./readings.ts";

const stored = { content: { title: "A" }, size: 1, createdAt: "" } as never;
const broken = new ImageError(["broken", "损坏"]);

test("why something is no image is found out once, and what could not be fetched is asked for again", async () => {
  const readings = new Readings();
  let [fetches, reads] = [0, 0];
  const read = (fault?: Error) =>
    readings.read(
      "a",
      async () => {
        fetches++;
        if (fault) throw fault;
      },
      async () => {
        reads++;
        throw broken;
      },
    );
  await expect(read(new ImageError(["away", "无法访问"]))).rejects.toThrow("away");
  await Promise.all([read(), read()].map((each) => expect(each).rejects.toBe(broken)));
  await expect(read()).rejects.toBe(broken);
  expect([fetches, reads]).toEqual([2, 1]);
});

test("a failure that is not the image's is none of what is remembered", async () => {
  const readings = new Readings();
  const nothing = async () => undefined;
  const failing = readings.read("a", nothing, () => Promise.reject(new Error("no thread")));
  await expect(failing).rejects.toThrow("no thread");
  expect(await readings.read("a", nothing, async () => stored)).toBe(stored);
});

test("many that are no images push no content out, and are themselves forgotten in the end", async () => {
  const readings = new Readings();
  const nothing = async () => undefined;
  await readings.read("good", nothing, async () => stored);
  for (let index = 0; index < 100; index++)
    await readings.read(`bad${index}`, nothing, () => Promise.reject(broken)).catch(() => undefined);
  expect(readings.get("good")).toBe(stored);
  expect(await readings.read("bad0", nothing, async () => stored)).toBe(stored);
});

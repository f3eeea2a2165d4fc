import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ImageError, ImageUnavailable } from "../images/index.ts";
import { RegistryReadmes } from "./registry-readmes.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a registry that cannot be asked is asked again, and those behind it are not kept waiting", async () => {
  const asked: string[] = [];
  let away = true;
  const readmes = new RegistryReadmes({
    readmes: async (digest) => {
      asked.push(digest);
      if (digest === "a" && away) throw new ImageUnavailable(["it is away", "无法连接"], "unreachable");
      return { en: digest };
    },
  });
  const first = readmes.read("a", "acme.a");
  expect(await readmes.read("b", "acme.b")).toEqual({ en: "b" });
  expect(asked).toEqual(["a", "b"]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toEqual(["a", "b", "a"]);
  await vi.advanceTimersByTimeAsync(9_000);
  expect(asked).toHaveLength(3);
  away = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await first).toEqual({ en: "a" });
});

test("what is no image has no README, and is not asked for again", async () => {
  const read = vi.fn(async () => Promise.reject(new ImageError(["it is none", "不是镜像"])));
  expect(await new RegistryReadmes({ readmes: read }).read("a", "acme.a")).toEqual({});
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(read).toHaveBeenCalledTimes(1);
});

test("two are read at a time", async () => {
  const waiting: (() => void)[] = [];
  const readmes = new RegistryReadmes({
    readmes: () => new Promise((resolve) => waiting.push(() => resolve({}))),
  });
  const all = ["a", "b", "c"].map((digest) => readmes.read(digest, "acme.x"));
  expect(waiting).toHaveLength(2);
  waiting[0]?.();
  await all[0];
  await vi.advanceTimersByTimeAsync(0);
  expect(waiting).toHaveLength(3);
});

test("nothing is asked any more once it is stopped", async () => {
  const read = vi.fn(async () =>
    Promise.reject(new ImageUnavailable(["it is away", "无法连接"], "unreachable")),
  );
  const readmes = new RegistryReadmes({ readmes: read });
  void readmes.read("a", "acme.a");
  await vi.advanceTimersByTimeAsync(0);
  readmes.stop();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(read).toHaveBeenCalledTimes(1);
});

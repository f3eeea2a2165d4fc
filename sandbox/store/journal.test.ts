import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Store } from "./store.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "sandbox-journal-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const object = (name: string, text = "") => ({
  metadata: { name, namespace: "a", uid: name },
  data: { text },
});
const names = (store: Store) => [...store.list("configmaps")].map((entry) => entry.name);
const journal = async () =>
  join(directory, (await readdir(directory)).find((name) => name.startsWith("journal-")) ?? "");

async function written(count: number): Promise<void> {
  const store = await Store.open({ directory });
  for (let index = 0; index < count; index += 1) store.put("configmaps", object(`o${index}`));
  await store.committed();
  await store.close();
}

describe("a journalled store", () => {
  it("has after a reopening what it was told, and what was removed stays away", async () => {
    const store = await Store.open({ directory });
    store.put("configmaps", object("kept", "line\nfeed ü"));
    store.put("configmaps", object("gone"));
    store.remove("configmaps", object("gone"));
    await store.close();
    const again = await Store.open({ directory });
    expect(names(again)).toEqual(["kept"]);
    expect(JSON.parse(again.get("configmaps", "a", "kept")?.body ?? "").data.text).toBe("line\nfeed ü");
    await again.close();
  });

  it("cuts off a record that was torn in the middle, at every length, and keeps all before it", async () => {
    await written(3);
    const path = await journal();
    const whole = await readFile(path);
    const lastStart = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    for (let length = lastStart; length < whole.length; length += 7) {
      await writeFile(path, whole);
      await truncate(path, length);
      const store = await Store.open({ directory });
      expect(names(store)).toEqual(["o0", "o1"]);
      await store.close();
    }
  });

  it("goes on writing after a torn tail was cut off", async () => {
    await written(1);
    await appendFile(await journal(), "deadbeef 99 P configmaps a/x {");
    const store = await Store.open({ directory });
    store.put("configmaps", object("later"));
    await store.close();
    const again = await Store.open({ directory });
    expect(names(again)).toEqual(["later", "o0"]);
    await again.close();
  });

  it("believes no record whose bytes have changed", async () => {
    await written(2);
    const path = await journal();
    await writeFile(path, (await readFile(path, "utf8")).replace('"uid":"o1"', '"uid":"oX"'));
    const store = await Store.open({ directory });
    expect(names(store)).toEqual(["o0"]);
    await store.close();
  });

  it("refuses a file that is no journal", async () => {
    await writeFile(join(directory, "journal-0"), "something else entirely, by somebody else");
    await expect(Store.open({ directory })).rejects.toThrow("is not a journal");
  });

  it("is written anew when it has grown, loses nothing by it, and never gives a revision twice", async () => {
    const store = await Store.open({ directory, compactAfterBytes: 20_000 });
    for (let round = 0; round < 40; round += 1) {
      for (let index = 0; index < 20; index += 1)
        store.put("configmaps", object(`o${index}`, "x".repeat(100)));
      await store.committed();
    }
    store.remove("configmaps", object("o0"));
    const last = store.revision;
    await store.close();
    expect((await readFile(await journal())).length).toBeLessThan(200_000);
    expect(await journal()).not.toMatch(/journal-0$/);
    const again = await Store.open({ directory });
    expect(names(again)).toHaveLength(19);
    expect(again.revision).toBeGreaterThan(last);
    await again.close();
  });

  it("tells subscribers of every change once, in order, and only when it is durable", async () => {
    const store = await Store.open({ directory });
    const seen: number[] = [];
    store.subscribe("configmaps", ({ revision }) => seen.push(revision));
    for (let index = 0; index < 50; index += 1) {
      store.put("configmaps", object(`o${index}`));
      expect(seen.length).toBeLessThanOrEqual(index);
      if (index % 7 === 0) await store.committed();
    }
    await store.committed();
    expect(seen).toHaveLength(50);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    await store.close();
  });
});

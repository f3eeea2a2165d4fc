import { expect, it } from "vitest";
import { Store } from "./store.ts";

const object = (name: string, text = "") => ({ metadata: { name, uid: name }, text });

it("forgets the oldest changes beyond its number, and says up to which revision", async () => {
  const store = await Store.open({ historyEvents: 3 });
  for (const name of ["a", "b", "c", "d", "e"]) store.put("things", object(name));
  await store.committed();
  expect([...store.history.since(store.history.compacted, "things")].map(({ entry }) => entry.name)).toEqual([
    "c",
    "d",
    "e",
  ]);
});

it("forgets the oldest changes beyond its bytes", async () => {
  const store = await Store.open({ historyBytes: 5_000 });
  for (let index = 0; index < 20; index += 1) store.put("things", object(`o${index}`, "x".repeat(1_000)));
  await store.committed();
  expect([...store.history.since(0, "things")].length).toBe(4);
});

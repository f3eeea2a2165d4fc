import { expect, test } from "vitest";
import { Memory } from "./memory.ts";
import { settlingFor } from "./settle.ts";

const app = (ready: "True" | "False", observedGeneration = 4) => ({
  metadata: { generation: 4 },
  status: {
    conditions: [
      {
        ...{ type: "Ready", status: ready, reason: "Ready", message: "" },
        ...{ observedGeneration, lastTransitionTime: "2026-01-01T00:00:00Z" },
      },
    ],
  },
});
const unseen = { unseenOnly: true };

test("what is ready waits three seconds for its controllers, once, before it is said to be no longer", () => {
  const memory = new Memory();
  expect(settlingFor(app("True"), memory, unseen, 1000)).toBe(3000);
  expect(settlingFor(app("True"), memory, unseen, 3000)).toBe(1000);
  expect(settlingFor(app("True"), memory, unseen, 4000)).toBeUndefined();
  expect(settlingFor(app("True"), memory, unseen, 9000)).toBeUndefined();
  expect(settlingFor(app("True"), memory, { unseenOnly: false }, 9500)).toBeUndefined();
  expect(settlingFor(app("True"), memory, unseen, 10_000)).toBe(3000);
});

test("what is not ready, or was ready as it was wanted before, is never called ready by it", () => {
  expect(settlingFor(app("False"), new Memory(), unseen, 0)).toBeUndefined();
  expect(settlingFor(app("True", 3), new Memory(), unseen, 0)).toBeUndefined();
  expect(settlingFor({ metadata: {} }, new Memory(), unseen, 0)).toBeUndefined();
});

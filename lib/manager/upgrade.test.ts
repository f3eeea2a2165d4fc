import { afterEach, describe, expect, test, vi } from "vitest";
import type { Installation, UpgradeStatus } from "../model/resources.ts";
import { Memory } from "./memory.ts";
import { timeLeft, upgradeAfter } from "./upgrade.ts";

const BEGAN = Date.parse("2026-01-01T00:00:00Z");
const HOUR = 3_600_000;

function subject(upgrade: Partial<UpgradeStatus> = {}, atomic = true) {
  const installation = {
    apiVersion: "hub.sealos.io/v1alpha1",
    kind: "Installation",
    metadata: { name: "web" },
    spec: { image: "labring/web:2", upgrade: { atomic, timeoutSeconds: 600 } },
    status: {
      upgrade: {
        phase: "Running",
        from: { revision: 1, image: "labring/web:1", digest: "sha256:1" },
        to: { image: "labring/web:2" },
        startedAt: new Date(BEGAN).toISOString(),
        ...upgrade,
      },
    },
  } satisfies Installation;
  return { installation, memory: new Memory() };
}

afterEach(() => vi.restoreAllMocks());

describe("the time that an atomic upgrade has left", () => {
  test("is counted from its begin, also by a manager that was started later", () => {
    vi.spyOn(Date, "now").mockReturnValue(BEGAN + 60_000);
    expect(timeLeft(subject(), false)).toBeCloseTo(540_000, -3);
  });

  test("does not jump with the clock", () => {
    const clock = vi.spyOn(Date, "now").mockReturnValue(BEGAN);
    const one = subject();
    expect(timeLeft(one, false)).toBeCloseTo(600_000, -3);
    clock.mockReturnValue(BEGAN + HOUR);
    expect(timeLeft(one, false)).toBeCloseTo(600_000, -3);
    clock.mockReturnValue(BEGAN - HOUR);
    expect(timeLeft(subject(), false)).toBeCloseTo(600_000, -3);
  });

  test.each([
    ["was not asked for", {}, false],
    ["has succeeded", { phase: "Succeeded" }, true],
    ["could not be gone back from once", { phase: "Failed", automatic: false }, true],
    ["was given up for another image", { to: { image: "labring/web:3" } }, true],
  ] as const)("is nothing for one that %s", (_, upgrade, atomic) => {
    expect(timeLeft(subject(upgrade, atomic), false)).toBeUndefined();
  });
});

test("an atomic upgrade of an app that is stopped, by its owner or a budget, has no time limit, until it is known to have failed", () => {
  vi.spyOn(Date, "now").mockReturnValue(BEGAN + HOUR);
  const stopped = (phase: UpgradeStatus["phase"]) => timeLeft(subject({ phase }), true);
  expect(stopped("Running")).toBeUndefined();
  expect(stopped("Failed")).toBeLessThan(0);
});

test("an upgrade that comes to run after all leaves no word of its failure behind", () => {
  const { installation } = subject({ phase: "Failed", message: "It crashed.", reason: "crash" });
  const { upgrade } = upgradeAfter(installation, "ready");
  expect(upgrade).toMatchObject({ phase: "Succeeded", to: { image: "labring/web:2" } });
  expect(upgrade).not.toHaveProperty("message");
  expect(upgradeAfter(subject({ phase: "RolledBack" }).installation, "ready")).toEqual({});
});

import { describe, expect, test } from "vitest";
import type { Installation, UpgradeStatus } from "../model/resources.ts";
import type { Revision } from "./revisions.ts";
import { isImageOf, pinnedImage, revisionBefore } from "./rollback.ts";

const digestOf = (tag: string) => `sha256:${tag.replaceAll(".", "").padEnd(64, "0")}`;

function revision(number: number, tag: string, inputs: Record<string, string> = {}): Revision {
  const data = { image: `labring/web:${tag}`, digest: digestOf(tag), inputs, inputsFrom: [], values: "v" };
  return { revision: number, data } as unknown as Revision;
}

function installation(tag: string, upgrade?: Partial<UpgradeStatus>, inputs = {}): Installation {
  const status = upgrade && {
    upgrade: { from: { revision: 1, image: "labring/web:1.0", digest: digestOf("1.0") }, ...upgrade },
  };
  return { spec: { image: `labring/web:${tag}`, inputs }, ...(status ? { status } : {}) } as Installation;
}

describe("going back", () => {
  const kept = [revision(3, "2.0"), revision(2, "1.0", { a: "b" }), revision(1, "1.0")];

  test("means the revision before the newest, when the newest is wanted", () => {
    expect(revisionBefore(installation("2.0"), kept)?.revision).toBe(2);
    expect(revisionBefore(installation("1.0"), [revision(1, "1.0")])).toBeUndefined();
  });

  test("means the newest, when what is wanted failed before it was recorded", () => {
    expect(revisionBefore(installation("9.9"), kept)?.revision).toBe(3);
    expect(revisionBefore(installation("2.0", undefined, { a: "wrong" }), kept)?.revision).toBe(3);
  });

  test("means the last that ran, while upgrades fail one after the other", () => {
    const after = [revision(4, "3.0"), ...kept];
    expect(revisionBefore(installation("3.0", { phase: "Failed" }), after)?.data.digest).toBe(
      digestOf("1.0"),
    );
    expect(revisionBefore(installation("3.0", { phase: "Succeeded" }), after)?.revision).toBe(3);
  });
});

test("a revision's image is named by its digest, whatever its tag stands for now", () => {
  const one = revision(1, "1.0");
  expect(pinnedImage(one)).toBe(`labring/web:1.0@${digestOf("1.0")}`);
  expect(isImageOf(one, `labring/web:renamed@${digestOf("1.0")}`)).toBe(true);
  expect(isImageOf(one, `labring/web:1.0@${digestOf("2.0")}`)).toBe(false);
});

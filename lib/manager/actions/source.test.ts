import { expect, it } from "vitest";
import { madeFrom } from "./source.ts";

const object = { apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "nightly", uid: "u-1" } };
const own = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "now", labels: { b: "2" } },
  spec: { tries: [1], a: { y: 9 } },
};

it("lays what an object says over the part that it begins as, field by field", () => {
  const part = {
    metadata: { labels: { a: "1", b: "1" } },
    spec: { tries: [3, 4], a: { x: 1, y: 2 }, kept: "${{ no }}" },
  };
  expect(madeFrom({ object, part }, own)).toEqual({
    ...own,
    metadata: { name: "now", labels: { a: "1", b: "2" } },
    spec: { tries: [1], a: { x: 1, y: 9 }, kept: "${{ no }}" },
  });
});

it("takes over nothing by which the part's own object is known or held", () => {
  const metadata = {
    name: "other",
    namespace: "ns-b",
    uid: "u-2",
    finalizers: ["x"],
    ownerReferences: [{}],
    annotations: { a: "1" },
  };
  expect(madeFrom({ object, part: { metadata, kind: "Secret", apiVersion: "v1" } }, own)).toEqual({
    ...own,
    metadata: { ...own.metadata, annotations: { a: "1" } },
  });
});

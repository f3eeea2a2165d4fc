import { expect, test } from "vitest";
import { API_VERSION, type Installation } from "../model/resources.ts";
import { binItem } from "./bin.ts";
import type { Revision } from "./revisions.ts";

const digest = `sha256:${"1".repeat(64)}`;
const installation = (spec: Installation["spec"]): Installation => ({
  apiVersion: API_VERSION,
  kind: "Installation",
  metadata: { name: "shop", namespace: "ns-a", uid: "u", deletionTimestamp: "2026-01-01T00:00:00Z" },
  spec,
});
const ran = {
  metadata: { name: "shop-1", namespace: "ns-a" },
  revision: 1,
  data: { image: "labring/shop:1", digest, inputs: { size: "2" }, inputsFrom: [] },
} as unknown as Revision;
const restored = (spec: Installation["spec"]) =>
  binItem(installation(spec), ran, [], 1000).data.installation.spec;

test("an app comes back as what it ran, by its digest, with what was wanted of it", () => {
  expect(restored({ image: "labring/shop:1", inputs: { size: "3" }, suspended: true })).toMatchObject({
    image: `labring/shop:1@${digest}`,
    inputs: { size: "3" },
    suspended: true,
  });
});

test("an upgrade that never ran comes back as what ran before it, inputs included", () => {
  expect(restored({ image: "labring/shop:2", inputs: { size: "3", region: "eu" } })).toMatchObject({
    image: `labring/shop:1@${digest}`,
    inputs: { size: "2" },
  });
});

test("what never ran at all comes back as it was wanted", () => {
  const spec = { image: "labring/shop:2", inputs: { size: "3" } };
  expect(binItem(installation(spec), undefined, [], 1000).data.installation.spec).toEqual(spec);
});

import { describe, expect, test } from "vitest";
import { automaticTag, isHigher, newerTag, type Tag } from "./versions.ts";

const tag = (name: string, more: Partial<Tag> = {}): Tag => ({
  name,
  digest: `sha256:${name}`,
  createdAt: "2026-01-01T00:00:00Z",
  ...more,
});
const at = (name: string) => ({ tag: name, digest: `sha256:${name}` });

describe("what is offered", () => {
  test("is the highest version above the installed one", () => {
    const tags = ["1.9.0", "1.10.0", "0.9.0", "latest"].map((name) => tag(name));
    expect(newerTag(at("1.9.0"), tags)).toEqual(at("1.10.0"));
    expect(newerTag(at("1.10.0"), tags)).toBeUndefined();
  });

  test("reads short versions and a leading v", () => {
    expect(newerTag(at("1.27"), [tag("1.27"), tag("v1.27.3"), tag("1.28")])).toEqual(at("1.28"));
  });

  test("is never deprecated, a prerelease, or above what the publisher calls the latest", () => {
    expect(newerTag(at("1.0.0"), [tag("1.0.0"), tag("2.0.0", { deprecated: true })])).toBeUndefined();
    const tags = [tag("1.0.0"), tag("1.5.0"), tag("2.0.0-rc.1"), tag("2.0.0")];
    expect(newerTag(at("1.0.0"), tags, "1.5.0")).toEqual(at("1.5.0"));
    expect(newerTag(at("1.5.0"), tags, "1.5.0")).toBeUndefined();
  });

  test("is a prerelease only for who tries an earlier one of that version, also above the latest", () => {
    const tags = ["1.0.0", "1.1.0-rc.1", "1.1.0-rc.2", "1.2.0-beta"].map((name) => tag(name));
    expect(newerTag(at("1.0.0"), tags)).toBeUndefined();
    expect(newerTag(at("1.1.0-rc.1"), tags, "1.0.0")).toEqual(at("1.1.0-rc.2"));
    expect(newerTag(at("1.1.0-rc.2"), [...tags, tag("1.1.0")], "1.1.0")).toEqual(at("1.1.0"));
  });

  test("is a later version of the same variant", () => {
    const tags = ["1.27-alpine", "1.28.1-alpine", "1.28.1", "1.29.0-debian", "1.30.0-rc.1"].map((name) =>
      tag(name),
    );
    expect(newerTag(at("1.27-alpine"), tags)).toEqual(at("1.28.1-alpine"));
    expect(newerTag(at("1.27.0"), tags)).toEqual(at("1.28.1"));
    expect(automaticTag("minor", at("1.27-alpine"), tags)).toEqual(at("1.28.1-alpine"));
    expect(isHigher("1.28-alpine", "1.27")).toBeUndefined();
  });

  test("is not another variant of an image", () => {
    expect(
      newerTag(at("1.27"), [tag("1.27"), tag("1.28-alpine", { createdAt: "2027-01-01T00:00:00Z" })]),
    ).toBe(undefined);
  });

  test("goes by time where tags are no versions, whatever latest stands for", () => {
    const tags = [
      tag("main-a"),
      tag("main-b", { createdAt: "2026-02-01T00:00:00Z" }),
      tag("latest", { createdAt: "2026-03-01T00:00:00Z" }),
    ];
    expect(newerTag(at("main-a"), tags)).toEqual(at("main-b"));
    expect(newerTag(at("main-b"), tags)).toBeUndefined();
    expect(newerTag(at("latest"), tags)).toBeUndefined();
  });

  test("is the same tag once it stands for another image", () => {
    const moved = [tag("latest", { digest: "sha256:new" })];
    expect(newerTag(at("latest"), moved)).toEqual({ tag: "latest", digest: "sha256:new" });
    expect(newerTag({ tag: "latest" }, moved)).toBeUndefined();
    expect(newerTag({ tag: "latest", digest: "sha256:new" }, moved)).toBeUndefined();
  });
});

describe("what is taken by itself", () => {
  const tags = ["1.2.3", "1.2.9", "1.4.0", "2.0.0", "1.5.0-rc.1"].map((name) => tag(name));

  test.each([
    ["none", undefined],
    ["patch", at("1.2.9")],
    ["minor", at("1.4.0")],
  ] as const)("by the policy %s", (policy, expected) => {
    expect(automaticTag(policy, at("1.2.3"), tags)).toEqual(expected);
  });

  test("is no minor version below 1.0, where those break things", () => {
    expect(automaticTag("minor", at("0.25.0"), [tag("0.25.1"), tag("0.26.0")])).toEqual(at("0.25.1"));
  });

  test("is never a moved tag", () => {
    expect(automaticTag("minor", at("latest"), [tag("latest", { digest: "sha256:new" })])).toBeUndefined();
    expect(automaticTag("minor", at("1.0.0"), [tag("1.0.0", { digest: "sha256:new" })])).toBeUndefined();
  });
});

test("whether a tag is higher is known of versions only", () => {
  expect(isHigher("1.10.0", "1.9.0")).toBe(true);
  expect(isHigher("1.9.0", "1.10.0")).toBe(false);
  expect(isHigher("latest", "1.9.0")).toBeUndefined();
});

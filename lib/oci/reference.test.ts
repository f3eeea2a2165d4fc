import { describe, expect, it } from "vitest";
import { formatReference, isLoopback, parseReference } from "./reference.ts";

const digest = `sha256:${"a".repeat(64)}`;

describe("an image reference", () => {
  it.each([
    ["postgres", "docker.io/library/postgres"],
    ["labring/pg:1", "docker.io/labring/pg:1"],
    ["index.docker.io/labring/pg", "docker.io/labring/pg"],
    ["localhost:5000/labring/pg:latest", "localhost:5000/labring/pg:latest"],
    ["localhost/pg", "localhost/pg"],
    ["[::1]:5000/a/b", "[::1]:5000/a/b"],
    ["ghcr.io/a/b/c:v1.2_3", "ghcr.io/a/b/c:v1.2_3"],
    [`ghcr.io/a/b:1@${digest}`, `ghcr.io/a/b:1@${digest}`],
  ])("%s is %s", (text, whole) => {
    expect(formatReference(parseReference(text))).toBe(whole);
  });

  it("without a host is in the registry that is asked for", () => {
    expect(parseReference("labring/pg", { registry: "localhost:5000" })).toEqual({
      registry: "localhost:5000",
      repository: "labring/pg",
    });
  });

  it.each([
    "",
    ":1",
    "a/B:1",
    "a b",
    "a/../b",
    "a:b:c",
    "host.io/",
    `a@sha256:1`,
    `a@${digest}@${digest}`,
    "a:",
  ])("is refused when it is %j", (text) => {
    expect(() => parseReference(text)).toThrow(
      /is not an image reference: .+\. Write it as host\/name:tag\./,
    );
  });

  it("tells this machine from others that look like it", () => {
    const hosts = [
      "localhost:5000",
      "127.0.0.1",
      "[::1]:1",
      "localhost.example.org",
      "127.0.0.1.example.org",
    ];
    expect(hosts.map(isLoopback)).toEqual([true, true, true, false, false]);
  });
});

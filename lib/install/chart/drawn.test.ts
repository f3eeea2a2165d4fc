import { expect, test } from "vitest";
import { documentsOf, steady } from "./drawn.ts";

const secret = (password: string, more = "") =>
  documentsOf(
    `---\n# Source: app/templates/secret.yaml\napiVersion: v1\nkind: Secret\nmetadata: { name: app }\nstringData: { password: ${password}${more} }\n---\n# Source: app/templates/web.yaml\napiVersion: v1\nkind: Pod\nmetadata: { name: web, annotations: { checksum/secret: sum-of-${password} } }\n`,
  );

test("documents carry the template that they come from", () => {
  expect(secret("a").map(({ file }) => file)).toEqual([
    "chart/templates/secret.yaml",
    "chart/templates/web.yaml",
  ]);
});

test("what is the same in two renderings is left as Helm wrote it", () => {
  expect(steady(secret("a"), secret("a"), secret("b"))).toEqual(secret("a"));
});

test("what was drawn before stays, and its checksum with it", () => {
  const earlier = steady(secret("a"), secret("b"));
  const later = steady(secret("c"), secret("d"), earlier);
  expect(later).toEqual(earlier);
  expect(later[0]?.text).toContain('"password":"a"');
});

test("a checksum changes with the configuration around what was drawn", () => {
  const earlier = steady(secret("a"), secret("b"));
  const later = steady(secret("c", ", port: 1"), secret("d", ", port: 1"), earlier);
  expect(later[0]?.text).toContain('"password":"a"');
  expect(later[1]?.text).not.toBe(earlier[1]?.text);
});

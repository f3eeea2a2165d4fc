import { expect, test } from "vitest";
import { tenantNamespace } from "../install/tenant.ts";
import { subjectOf, uidOf } from "./uid.ts";

test("a uid is a DNS label, always the same, and leaves room for a prefix", () => {
  const uid = uidOf("https://issuer.example", "auth0|Ünïcode/../{}");
  expect(uid).toBe(uidOf("https://issuer.example", "auth0|Ünïcode/../{}"));
  expect(tenantNamespace(uid)).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])$/);
});

test("people never share a uid, however issuer and subject are cut", () => {
  const pairs: [string, string][] = [
    ["https://a", "b"],
    ["https://a", "B"],
    ["https://ab", ""],
    ["https://a\nb", "c"],
    ["https://a", "\nbc"],
    ['https://a","b', "c"],
    ["https://a", 'b","c'],
  ];
  expect(new Set(pairs.map(([issuer, subject]) => uidOf(issuer, subject))).size).toBe(pairs.length);
  expect(new Set(pairs.map(([issuer, subject]) => subjectOf(issuer, subject))).size).toBe(pairs.length);
});

test("nobody's uid can be a demo account's", () => {
  for (const subject of ["alice", "admin"])
    expect(uidOf("https://a", subject)).not.toBe(uidOf("demo", subject));
});

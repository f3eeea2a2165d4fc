import { expect, test } from "vitest";
import { type AuditEvent, usesOf } from "./audit.ts";
import { Ledger } from "./compare.ts";
import type { Right } from "./rights.ts";

const account = "sealos-system:manager";
const right = (verb: string, more: Partial<Right> = {}): Right => ({
  account,
  verb,
  group: "",
  resource: "configmaps",
  role: "r",
  file: "deploy/rbac/x.yaml",
  ...more,
});
const event = (verb: string, code: number, more: Partial<AuditEvent> = {}): AuditEvent => ({
  stage: "ResponseComplete",
  verb,
  user: { username: "system:serviceaccount:sealos-system:manager" },
  objectRef: { resource: "configmaps", namespace: "a", name: "x" },
  responseStatus: { code },
  annotations: { "authorization.k8s.io/decision": code === 403 ? "forbid" : "allow" },
  ...more,
});

function compare(rights: Right[], events: AuditEvent[], suite = "lib.manager.manager") {
  const ledger = new Ledger(rights);
  for (const use of events.flatMap((each) => usesOf(each, suite))) ledger.count(use);
  const { rights: counted, refused } = ledger.result();
  return {
    unused: counted.filter(({ uses }) => uses === 0).map(({ right: { verb, name } }) => `${verb} ${name}`),
    refused: refused.map(({ use }) => `${use.verb} ${use.name}`),
  };
}

test("a right that nobody used is found, also one of several names", () => {
  const rights = [right("get", { name: "x" }), right("get", { name: "y" }), right("delete", { name: "x" })];
  expect(compare(rights, [event("get", 200)]).unused).toEqual(["get y", "delete x"]);
});

test("applying what is not there takes the right to create it by its name; posting names nothing", () => {
  const named = [right("patch", { name: "x" }), right("create", { name: "x" })];
  expect(compare(named, [event("patch", 200)]).unused).toEqual(["create x"]);
  expect(compare(named, [event("patch", 201)]).unused).toEqual([]);
  expect(compare(named, [event("create", 201)]).unused).toEqual(["patch x", "create x"]);
});

test("a right in one namespace is not used in another, and the narrowest right that allows it counts", () => {
  const rights = [right("get", { namespace: "b" }), right("get", { namespace: "a" }), right("get")];
  const { unused } = compare(rights, [event("get", 200)]);
  expect(unused).toHaveLength(2);
});

test("what is asked in another's name takes the right to impersonate, and the other's right", () => {
  const installer = "system:serviceaccount:ns-a:installer";
  const rights = [right("impersonate", { resource: "serviceaccounts" }), right("get")];
  expect(compare(rights, [event("get", 200, { impersonatedUser: { username: installer } })]).unused).toEqual([
    "get undefined",
  ]);
});

test("a refusal is a missing right, but not where somebody tries what is forbidden, nor where it is granted", () => {
  const refused = [event("get", 403)];
  expect(compare([right("list")], refused).refused).toEqual(["get x"]);
  expect(compare([right("list")], refused, "lib.manager.takeover").refused).toEqual([]);
  expect(compare([right("get")], refused)).toEqual({ unused: ["get undefined"], refused: [] });
});

test("a watch that brings everything first counts as the list that it replaces", () => {
  const uri = (query: string) => event("watch", 200, { requestURI: `/api/v1/configmaps?${query}` });
  const rights = [right("list"), right("watch")];
  expect(compare(rights, [uri("watch=true")]).unused).toEqual(["list undefined"]);
  expect(compare(rights, [uri("watch=true&sendInitialEvents=true")]).unused).toEqual([]);
});

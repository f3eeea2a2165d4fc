import { expect, test } from "vitest";
import { BUDGET_MANAGER, fieldManagerOf, readFieldManager } from "./door.ts";

test.for([
  [fieldManagerOf("page", "alice"), { door: "page", uid: "alice" }],
  [fieldManagerOf("cli", "a.b-c"), { door: "cli", uid: "a.b-c" }],
  ["hub", { door: "cli" }],
  ["hub-bootstrap", { door: "other" }],
  ["kubectl-client-side-apply", { door: "kubectl" }],
  ["kubectl", { door: "kubectl" }],
  ["app-manager", { door: "manager" }],
  ["app-manager-actions", { door: "manager" }],
  [BUDGET_MANAGER, { door: "budget" }],
  ["kube-controller-manager", { door: "cluster" }],
  ["postgres-operator", { door: "cluster" }],
  ["k9s", { door: "other" }],
] as const)("the field manager %s tells its door and, where it is ours, the person", ([manager, told]) => {
  expect(readFieldManager(manager)).toEqual(told);
});

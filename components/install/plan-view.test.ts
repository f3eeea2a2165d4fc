import { expect, test } from "vitest";
import type { Plan, QuotaLine } from "@/lib/model/plan";
import { groupObjects, tightestFirst } from "./plan-view";

const line = (resource: string, used: number, added: number, hard: number): QuotaLine => ({
  resource,
  unit: "count",
  used,
  added,
  hard,
  fits: used + added <= hard,
});

test("quota lines come tightest first, those that do not fit before all, untouched ones not at all", () => {
  const quota = [
    line("pods", 1, 1, 10),
    line("services", 5, 0, 10),
    line("cpu", 3, 2, 4),
    line("memory", 4, 2, 8),
  ];
  expect(tightestFirst(quota).map((each) => each.resource)).toEqual(["cpu", "memory", "pods"]);
});

test("objects are grouped by what happens to them, then by kind", () => {
  const object = (kind: string, name: string, operation: "create" | "prune") => ({
    apiVersion: "v1",
    kind,
    name,
    operation,
  });
  const plan = {
    objects: [
      object("Secret", "old", "prune"),
      object("Service", "a", "create"),
      object("Service", "b", "create"),
    ],
  } as Partial<Plan> as Plan;
  expect(groupObjects(plan).map((group) => [group.operation, group.count, group.kinds.length])).toEqual([
    ["create", 2, 1],
    ["prune", 1, 1],
  ]);
});

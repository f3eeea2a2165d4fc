import { expect, test } from "vitest";
import { providerRoles } from "./provider-roles.ts";

test("tenants write a provider's kinds, and only see what those are made of", () => {
  const members = {
    ...{ apiVersion: "machines.example/v1", kind: "Machine", plural: "machines", title: "Machines" },
    ...{ phase: { path: "status.phase", values: {} }, columns: [] },
  };
  const roles = providerRoles("a.b", [{ apiVersion: "fleet.example/v1", plural: "fleets", members }]);
  const verbs = (suffix: string, resource: string) => {
    const role = roles.find(({ metadata }) => metadata.name.endsWith(`-${suffix}`));
    const rules = (role?.rules ?? []) as { resources: string[]; verbs: string[] }[];
    return rules.filter(({ resources }) => resources.includes(resource)).flatMap((rule) => rule.verbs);
  };
  expect(verbs("edit", "fleets")).toContain("delete");
  expect(verbs("edit", "machines")).toEqual([]);
  expect(verbs("view", "machines")).toEqual(["get", "list", "watch"]);
  expect(verbs("web", "machines")).toEqual(["list", "watch"]);
});

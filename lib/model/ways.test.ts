import { expect, test } from "vitest";
import { problems } from "./problem.ts";
import { waysOf } from "./ways.ts";

const at = (fault: Parameters<typeof waysOf>[0], hasInputs = true) =>
  waysOf(fault, "labring/web:1.0.0", hasInputs);

test.for([
  ...Object.keys(problems),
  ...[
    "image-pull",
    "crash",
    "out-of-memory",
    "unschedulable",
    "config-missing",
    "volume-pending",
    "job-failed",
  ],
  "something-new",
])("an installation that fails with %s has a way on, with inputs and without", (code) => {
  for (const hasInputs of [true, false]) expect(at({ code }, hasInputs).length).toBeGreaterThan(0);
});

test("a bad input leads to the inputs, and to nothing else", () => {
  expect(at({ code: "input-invalid" })).toEqual([{ way: "inputs" }]);
});

test("what is wrong with an image leads to its other tags", () => {
  expect(at({ code: "image-invalid" })[0]).toEqual({ way: "tag", to: "/hub/labring/web?tab=tags" });
  expect(at({ code: "image-pull" }, false)[0]?.way).toBe("tag");
});

test("a kind that nobody serves leads to the Hub, searched for it", () => {
  expect(
    at({
      code: "kind-missing",
      reason: "kind-unoffered",
      params: { kind: "Gadget", what: "Gadget (x/v1)" },
    })[0],
  ).toEqual({
    way: "hub",
    to: "/hub?q=Gadget",
  });
});

test("a provider that nobody has allowed leads to what it asks for, not to its failure", () => {
  const params = { title: "PostgreSQL", provider: "labring.postgres" };
  expect(at({ code: "provider-failed", reason: "not-granted", params })[0]).toEqual({
    way: "grant",
    to: "/hub/labring/postgres?tab=permissions",
  });
  expect(at({ code: "provider-failed", params })[0]?.way).toBe("provider");
});

test("too small a quota leads to a request for more of it first", () => {
  expect(at({ code: "quota-exceeded" }).map(({ way }) => way)).toEqual(["quota", "inputs", "retry"]);
});

test("instances that are in the way lead to their list", () => {
  expect(at({ code: "instances-exist" })).toEqual([{ way: "instances", to: "/providers/labring.web" }]);
});

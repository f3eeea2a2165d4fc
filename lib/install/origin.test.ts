import { expect, test } from "vitest";
import { annotation, type Installation } from "../model/resources.ts";
import { originOf } from "./origin.ts";

const SPEC = { "f:spec": { "f:image": {} } };
const BY = { "f:metadata": { "f:annotations": { [`f:${annotation.changedBy}`]: {} } } };

function installation(managedFields: object[]): Installation {
  return {
    apiVersion: "hub.sealos.io/v1alpha1",
    kind: "Installation",
    metadata: { name: "web", annotations: { [annotation.changedBy]: "alice" }, managedFields },
    spec: { image: "labring/web:1" },
  } as Installation;
}
const entry = (manager: string, second: number, fieldsV1: object, more = {}) => ({
  manager,
  operation: "Update",
  time: `2026-01-01T00:00:0${second}Z`,
  fieldsV1,
  ...more,
});

test("the last door through which the spec changed counts, with the person that it named", () => {
  const page = entry("hub-page", 2, { ...SPEC, ...BY });
  expect(originOf(installation([entry("kubectl-edit", 1, SPEC), page]))).toEqual({
    door: "hub-page",
    by: "alice",
  });
});

test("who changed it before is not named for a change through another door", () => {
  const page = entry("hub-page", 1, { ...SPEC, ...BY });
  expect(originOf(installation([page, entry("kubectl-edit", 2, SPEC)]))).toEqual({ door: "kubectl-edit" });
});

test("status and finalizers are no changes of what is wanted", () => {
  const status = entry("app-manager", 3, { "f:status": {} }, { subresource: "status" });
  const finalizer = entry("app-manager", 2, { "f:metadata": { "f:finalizers": {} } });
  expect(originOf(installation([entry("hub", 1, SPEC), finalizer, status]))).toEqual({ door: "hub" });
  expect(originOf(installation([]))).toEqual({});
});

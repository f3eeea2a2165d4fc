import { expect, test } from "vitest";
import { specWriterOf } from "./writers.ts";

const IMAGE = { "f:spec": { "f:image": {} } };
const entry = (manager: string, second: number, fieldsV1: object, more = {}) => ({
  manager,
  operation: "Update",
  time: `2026-01-01T00:00:0${second}Z`,
  fieldsV1,
  ...more,
});
const writer = (managedFields: object[], field?: string) =>
  specWriterOf({ metadata: { name: "web", managedFields } }, field)?.manager;

test("who wrote the spec last has asked for it", () => {
  expect(writer([entry("hub-page.alice", 1, IMAGE), entry("kubectl-edit", 2, IMAGE)])).toBe("kubectl-edit");
  expect(writer([])).toBeUndefined();
});

test("of what was written within a second, the field tells who wrote it", () => {
  const stopped = entry("app-manager", 1, { "f:spec": { "f:suspended": {} } });
  const upgraded = entry("hub-cli.bob", 1, IMAGE);
  for (const both of [
    [stopped, upgraded],
    [upgraded, stopped],
  ]) {
    expect(writer(both, "image")).toBe("hub-cli.bob");
    expect(writer(both, "suspended")).toBe("app-manager");
  }
});

test("status and finalizers are no changes of what is wanted", () => {
  const status = entry("app-manager", 3, { "f:status": {} }, { subresource: "status" });
  const finalizer = entry("app-manager", 2, { "f:metadata": { "f:finalizers": {} } });
  expect(writer([entry("hub", 1, IMAGE), finalizer, status])).toBe("hub");
});

import { expect, test } from "vitest";
import { ApiError } from "../../lib/cluster/index.ts";
import { explain } from "./errors.ts";

const missing = (kind: string, name: string) =>
  new ApiError(404, `${kind} "${name}" not found`, { body: { kind: "Status", details: { kind, name } } });

test("a workspace that is not there is called so, in the person's language, and anything else keeps its words", () => {
  const error = missing("namespaces", "ns-alice");
  expect(explain(error, "en")).toEqual({
    exit: "not-found",
    message: "There is no workspace ns-alice. It is made when its owner first signs in to the console.",
  });
  expect(explain(error, "zh").message).toContain("没有工作空间 ns-alice");
  expect(explain(missing("pods", "web"), "en")).toEqual({
    exit: "not-found",
    message: 'pods "web" not found',
  });
});

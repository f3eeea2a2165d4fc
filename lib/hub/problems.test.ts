import { expect, test } from "vitest";
import { ApiError } from "../cluster/index.ts";
import { ProblemError } from "../model/problem.ts";
import { localeOf } from "./locale.ts";
import { SpokenProblem } from "./messages.ts";
import { toProblem } from "./problems.ts";

const context = { locale: "en" as const, requestId: "r-1" };

test.each([
  [
    403,
    "Forbidden",
    'secrets is forbidden: User "system:serviceaccount:ns-a:member-a" cannot list',
    "forbidden",
  ],
  [403, "Forbidden", "pods is forbidden: status unknown for quota: quota, resources: pods", "too-many"],
  [403, "Forbidden", "pods is forbidden: exceeded quota: quota, requested: pods=1", "quota-exceeded"],
  [404, "NotFound", "not found", "not-found"],
  [409, "AlreadyExists", "exists", "already-exists"],
  [409, "Conflict", "the object has been modified", "conflict"],
  [422, "Invalid", "invalid", "rejected-by-cluster"],
  [400, "BadRequest", "strict decoding error", "rejected-by-cluster"],
  [
    500,
    "",
    "failed to create typed patch object: .spec.x: field not declared in schema",
    "rejected-by-cluster",
  ],
  [500, "InternalError", "etcd is on fire", "internal"],
  [401, "Unauthorized", "Unauthorized", "internal"],
  [429, "TooManyRequests", "slow down", "too-many"],
  [503, "ServiceUnavailable", "gone", "cluster-unreachable"],
  [0, "Unreachable", "connect ECONNREFUSED", "cluster-unreachable"],
])("%i %s becomes %4$s", (status, reason, message, code) => {
  expect(toProblem(new ApiError(status, message, { reason }), context)).toMatchObject({
    code,
    requestId: "r-1",
  });
});

test("accounts are not named to people, and our own faults are not explained to strangers", () => {
  const forbidden = new ApiError(403, 'x: User "system:serviceaccount:ns-a:member-a" cannot get', {
    reason: "Forbidden",
  });
  expect(toProblem(forbidden, context).detail).not.toContain("system:serviceaccount");
  const fault = toProblem(new TypeError("cannot read properties of undefined (reading 'password')"), context);
  expect(fault).toMatchObject({ status: 500, code: "internal" });
  expect(JSON.stringify(fault)).not.toContain("password");
});

test("causes about fields reach the form", () => {
  const body = {
    details: { causes: [{ field: "spec.replicas", message: "must be positive" }, { message: "no field" }] },
  };
  expect(toProblem(new ApiError(422, "invalid", { body }), context).fields).toEqual([
    { field: "spec.replicas", message: "must be positive" },
  ]);
});

test("a problem of another bundle is known by its name", () => {
  const foreign = Object.assign(new Error("say"), {
    name: "ProblemError",
    code: "kind-missing",
    params: {},
    fields: [],
  });
  expect(toProblem(foreign, context)).toMatchObject({ status: 422, code: "kind-missing", detail: "say" });
});

test("titles and sentences are in the reader's language", () => {
  const problem = new SpokenProblem("tag-unknown", { image: "a/b", tag: "9" });
  expect(toProblem(problem, { ...context, locale: "zh" })).toMatchObject({
    title: "没有该镜像",
    detail: "镜像 a/b 没有标签 9，请选择已有标签。",
  });
  expect(toProblem(new ProblemError("not-ours", "In English"), { ...context, locale: "zh" }).title).toBe(
    "同名对象属于他人",
  );
});

test.each([
  [{}, "en"],
  [{ "accept-language": "zh-CN,zh;q=0.9" }, "zh"],
  [{ "accept-language": "fr, en;q=0.5, zh;q=0.8" }, "zh"],
  [{ "accept-language": "zh;q=0, en" }, "en"],
  [{ "accept-language": "zh", cookie: "a=b; locale=en" }, "en"],
])("reads the language from %j", (headers, locale) => {
  expect(localeOf(new Headers(headers as Record<string, string>))).toBe(locale);
});

test("a limit of a kind is told as the number that there may be, in the reader's language", () => {
  const count = (amount: number) => `count/clusters.cluster.x-k8s.io=${amount}`;
  const message = `clusters "d" is forbidden: exceeded quota: quota, requested: ${count(1)}, used: ${count(3)}, limited: ${count(3)}`;
  const refused = new ApiError(403, message, { reason: "Forbidden" });
  expect(toProblem(refused, { ...context, locale: "zh" })).toMatchObject({
    code: "quota-exceeded",
    detail:
      "该工作空间最多可有 3 个 clusters（cluster.x-k8s.io），已有 3 个。请删除一个，或请管理员提高配额。",
  });
});

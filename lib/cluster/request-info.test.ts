import { expect, test } from "vitest";
import { requestInfo } from "./request-info.ts";

test.each([
  ["GET", "/api/v1/pods", "list  pods  "],
  ["GET", "/api/v1/namespaces/a/pods?limit=5", "list  pods  a"],
  ["GET", "/api/v1/namespaces/a/pods/x/log", "get  pods log a"],
  ["GET", "/api/v1/namespaces/a", "get  namespaces  "],
  ["PUT", "/apis/apps/v1/namespaces/a/deployments/x/status", "update apps deployments status a"],
  ["POST", "/apis/apps/v1/namespaces/a/deployments", "create apps deployments  a"],
  ["DELETE", "/apis/apps/v1/namespaces/a/deployments", "deletecollection apps deployments  a"],
  ["GET", "/apis", "get    "],
  ["GET", "/readyz", "get    "],
])("%s %s is %s, as Kubernetes' own metrics have it", (method, path, expected) => {
  const { verb, group, resource, subresource, namespace } = requestInfo(method, path);
  expect([verb, group, resource, subresource, namespace].join(" ")).toBe(expected);
});

test("watches and applies are told apart from lists and patches", () => {
  expect(requestInfo("GET", "/api/v1/pods", { watch: true }).verb).toBe("watch");
  const contentType = "application/apply-patch+yaml";
  expect(requestInfo("PATCH", "/api/v1/namespaces/a/pods/x", { contentType }).verb).toBe("apply");
});

import { expect, test } from "vitest";
import { ApiError } from "../cluster/index.ts";
import { ProblemError } from "../model/problem.ts";
import { refusalOf } from "./refusal.ts";

const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  name: "things.example.com",
};

test("a definition that would lose a version in which objects are stored is refused with the version and the way on", () => {
  // As kube-apiserver 1.36 says it.
  const message =
    'CustomResourceDefinition.apiextensions.k8s.io "things.example.com" is invalid: status.storedVersions[0]: Invalid value: "v1alpha1": missing from spec.versions; v1alpha1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1alpha1 and removes v1alpha1 from status.storedVersions';
  const refusal = refusalOf(new ApiError(422, message, { reason: "Invalid" }), definition) as ProblemError;
  expect(refusal).toBeInstanceOf(ProblemError);
  expect(refusal.reason).toBe("stored-version-lost");
  expect(refusal.params).toMatchObject({ name: "things.example.com", version: "v1alpha1" });
  expect(refusal.message).toContain("Keep v1alpha1");
});

test("what may pass by itself comes back unchanged", () => {
  for (const status of [0, 429, 503]) {
    const error = new ApiError(status, "later");
    expect(refusalOf(error, definition)).toBe(error);
  }
});

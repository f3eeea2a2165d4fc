import { expect, test } from "vitest";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { API_VERSION, type Repository } from "../model/resources.ts";
import { diffOf, drifted, onlyChecked } from "./compare.ts";

const secret = (data: object): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "s" },
  data,
});
const deployment = (env: object[], extra: object = {}): KubernetesObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "d", resourceVersion: "1" },
  spec: { template: { spec: { containers: [{ name: "web", image: "web:1", env, ...extra }] } } },
});

test("status and the server's own fields are no drift", () => {
  const before = deployment([]);
  const after = {
    ...before,
    metadata: { ...before.metadata, resourceVersion: "2", managedFields: [{}] },
    status: { x: 1 },
  };
  expect(drifted(before, after)).toBe(false);
  expect(drifted(before, deployment([], { image: "web:2" }))).toBe(true);
});

test("a diff names list items by their names", () => {
  const diff = diffOf(
    deployment([{ name: "A", value: "1" }]),
    deployment([
      { name: "B", value: "2" },
      { name: "A", value: "3" },
    ]),
  );
  expect(diff).toContainEqual({
    path: "spec.template.spec.containers[web].env[A].value",
    before: "1",
    after: "3",
  });
});

test("a diff never shows a secret, wherever it stands", () => {
  const shown = JSON.stringify([
    diffOf(secret({ a: "b25l" }), secret({ a: "dHdv", b: "dHdv" })),
    diffOf(
      deployment([{ name: "DB_PASSWORD", value: "hunter1" }]),
      deployment([{ name: "DB_PASSWORD", value: "hunter2" }]),
    ),
    diffOf(deployment([]), deployment([{ name: "API_KEY", value: "hunter3" }])),
    diffOf(deployment([], { args: ["x"] }), deployment([], { args: ["y"], token: "hunter4" })),
  ]);
  expect(shown).not.toMatch(/hunter|dHdv|b25l/);
  expect(shown).toContain("DB_PASSWORD");
});

test("a look at a registry that found nothing new is told from news", () => {
  const seen = (checkedAt: string, spec = {}, status = {}): Repository => ({
    apiVersion: API_VERSION,
    kind: "Repository",
    metadata: { name: "acme.shop", resourceVersion: checkedAt },
    spec: { organization: "acme", repository: "shop", ...spec },
    status: { checkedAt, latestTag: "1.0", ...status },
  });
  expect(onlyChecked(seen("1"), seen("2"))).toBe(true);
  expect(onlyChecked(seen("1"), seen("2", {}, { latestTag: "2.0" }))).toBe(false);
  expect(onlyChecked(seen("1"), seen("2", { title: "Shop" }))).toBe(false);
  expect(onlyChecked(undefined, seen("2"))).toBe(false);
});

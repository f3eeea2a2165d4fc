import { expect, test } from "vitest";
import { inApplyOrder, inDeleteOrder, isCustom } from "./order.ts";

const of = (apiVersion: string, kind: string) => ({ apiVersion, kind });
const mixed = [
  of("acid.zalan.do/v1", "postgresql"),
  of("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
  of("apps/v1", "Deployment"),
  of("v1", "Service"),
  of("v1", "Secret"),
  of("rbac.authorization.k8s.io/v1", "RoleBinding"),
  of("rbac.authorization.k8s.io/v1", "Role"),
  of("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
  of("v1", "Namespace"),
];

test("applies namespaces and definitions first, then rights, config, services, workloads, custom resources, webhooks", () => {
  expect(inApplyOrder(mixed).map((rank) => rank.map(({ kind }) => kind))).toEqual([
    ["CustomResourceDefinition", "Namespace"],
    ["Role"],
    ["RoleBinding"],
    ["Secret"],
    ["Service"],
    ["Deployment"],
    ["postgresql"],
    ["ValidatingWebhookConfiguration"],
  ]);
});

test("deletes in the reverse order", () => {
  expect(inDeleteOrder(mixed)).toEqual(inApplyOrder(mixed).toReversed());
});

test("tells custom resources by their group, not by their kind's name", () => {
  expect(isCustom(of("example.org/v1", "Service"))).toBe(true);
  expect(isCustom(of("v1", "Service"))).toBe(false);
});

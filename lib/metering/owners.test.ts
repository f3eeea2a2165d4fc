import { expect, test } from "vitest";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { label } from "../model/resources.ts";
import { appOf, OTHER, ownerOf } from "./owners.ts";

const object = (
  kind: string,
  name: string,
  labels: Record<string, string>,
  more: object = {},
): KubernetesObject => ({
  apiVersion: kind === "Deployment" ? "apps/v1" : "v1",
  kind,
  metadata: { name, namespace: "ns-a", labels },
  ...more,
});

const web = object("Deployment", "web", {}, { spec: { selector: { matchLabels: { app: "web" } } } });
const owner = ownerOf(web, "shop");
const belongings = {
  recorded: new Map([["apps/Deployment/ns-a/web", "shop"]]),
  owners: owner ? [owner] : [],
  jobs: [],
};

test("a pod is the app's whose recorded workload selects it", () => {
  expect(appOf(object("Pod", "web-1", { app: "web" }), belongings)).toBe("shop");
});

test("nobody's cost moves to another app by a label that anybody may write", () => {
  for (const kind of ["Pod", "PersistentVolumeClaim"])
    expect(appOf(object(kind, "mine", { [label.installation]: "shop" }), belongings)).toBe(OTHER);
});

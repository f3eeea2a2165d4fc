import { expect, test } from "vitest";
import type { Cluster } from "../../cluster/index.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { label } from "../../model/resources.ts";
import { adopt } from "./adopt.ts";

const kinds = ["ConfigMap", "Secret", "Endpoints", "Node", "PodMetrics"].map((kind) => ({
  ...{ group: "", version: "v1", kind, plural: kind.toLowerCase(), namespaced: kind !== "Node" },
  verbs: kind === "PodMetrics" ? ["get", "list"] : ["list", "patch", "delete"],
}));

function made(name: string, metadata: Partial<KubernetesObject["metadata"]> = {}): KubernetesObject {
  const creationTimestamp = "2026-01-01T00:00:05Z";
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "ns-a", uid: name, creationTimestamp, ...metadata },
  };
}

/** A cluster whose ConfigMaps of the mark are these. */
function clusterWith(objects: KubernetesObject[]) {
  const asked: string[] = [];
  const fake = {
    discovery: { refresh: async () => undefined, all: async () => kinds },
    list: async ({ kind, labelSelector }: { kind: string; labelSelector: string }) => {
      asked.push(`${kind} ${labelSelector}`);
      return { items: objects, resourceVersion: "1" };
    },
    patch: async ({ name }: { name: string }, { metadata }: KubernetesObject) => made(name, metadata),
  };
  return { cluster: fake as unknown as Cluster, asked };
}

const options = {
  ...{ namespace: "ns-a", job: "shop-command-1", since: "2026-01-01T00:00:05Z" },
  owner: { kind: "installation" as const, name: "shop" },
  rules: [
    {
      apiGroups: [""],
      resources: ["configmap", "endpoints", "node", "podmetrics"],
      verbs: ["create", "list"],
    },
  ],
  recorded: new Set(["/ConfigMap/ns-a/recorded"]),
};

test("what a command made is taken over; what was there before, or is another's, is not", async () => {
  const old = { creationTimestamp: "2026-01-01T00:00:04Z" };
  const { cluster, asked } = clusterWith([
    made("new"),
    made("recorded", old),
    made("own", { ...old, labels: { [label.installation]: "shop" } }),
    made("older", old),
    made("others", { labels: { [label.installation]: "other" } }),
    made("child", {
      ownerReferences: [{ apiVersion: "v1", kind: "X", name: "x", uid: "x", controller: true }],
    }),
    made("leaving", { deletionTimestamp: "2026-01-01T00:00:06Z" }),
  ]);
  const { objects, foreign } = await adopt(cluster, options);
  expect(objects.map(({ metadata }) => metadata.name)).toEqual(["new", "recorded", "own"]);
  expect(objects.every(({ metadata }) => metadata.labels?.[label.installation] === "shop")).toBe(true);
  expect(foreign.map(({ metadata }) => metadata.name)).toEqual(["older", "others"]);
  // Secrets are nothing that its account may make, and the others are no objects of their own.
  expect(asked).toEqual([`ConfigMap ${label.command}=shop-command-1`]);
});

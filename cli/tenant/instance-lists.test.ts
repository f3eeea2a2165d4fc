import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import type { Cluster } from "../../lib/cluster/index.ts";
import type { KubernetesObject } from "../../lib/model/kubernetes.ts";
import { contentOf } from "../../providers/actions.test-support.ts";
import type { Context } from "../lib/context.ts";
import { Output } from "../lib/output.ts";
import type { Language } from "../lib/text.ts";
import { listsOf } from "./instance-lists.ts";

const kindsOf = (provider: string) => contentOf(provider).provider?.instances ?? [];
const lists = (provider: string, kind: string) => {
  const kinds = kindsOf(provider);
  const declared = kinds.find((each) => each.kind === kind);
  if (!declared) throw new Error(`${provider} has no ${kind}`);
  return { declared, lists: listsOf(declared, kinds) };
};

/** What a list prints of these objects, which are all that the cluster has of the kind. */
async function printed(
  ...[provider, kind, list, objects, language = "en"]: [string, string, string, object[], Language?]
): Promise<string[]> {
  const { declared, lists: all } = lists(provider, kind);
  const stdout = new PassThrough();
  const out = new Output({ stdout, stderr: new PassThrough() }, { json: false, language, env: process.env });
  const object = { ...declared, metadata: { name: "shop", namespace: "ns-a" } } as KubernetesObject;
  const asked: string[] = [];
  const cluster = {
    list: async (type: { kind: string; labelSelector?: string }) => {
      asked.push(`${type.kind} ${type.labelSelector ?? ""}`.trim());
      return { items: objects };
    },
  } as unknown as Cluster;
  const place = { cluster, namespace: "ns-a", provider, kind: declared, object, selector: { app: "shop" } };
  await all[list]?.({ out } as Context, place);
  return [...asked, ...String(stdout.read()).trimEnd().split("\n")];
}

it.each([
  ["postgres", "postgresql", ["pods", "backups"]],
  ["mysql", "InnoDBCluster", ["mysqlbackups", "pods"]],
  ["redis", "Redis", ["pods"]],
  ["kubeblocks", "Cluster", ["backups", "opsrequests", "pods"]],
  ["cluster-api", "Cluster", ["machines"]],
])("%s: a %s has the lists that its provider declares", (provider, kind, names) => {
  expect(Object.keys(lists(provider, kind).lists)).toEqual(names);
});

it("lists what is part of an instance and nothing else, with the columns of its kind in the person's language", async () => {
  const backup = (name: string, of: string) => ({
    ...{ apiVersion: "dataprotection.kubeblocks.io/v1alpha1", kind: "Backup" },
    metadata: {
      name,
      labels: { "app.kubernetes.io/instance": of },
      creationTimestamp: "2026-11-29T10:00:00Z",
    },
    spec: { backupMethod: "pg-basebackup" },
    status: { phase: "Completed", totalSize: "2097152", completionTimestamp: "2026-11-29T10:01:00Z" },
  });
  const all = [backup("shop-2", "shop"), backup("other", "diary"), backup("shop-1", "shop")];
  const [asked, head, ...rows] = await printed("kubeblocks", "Cluster", "backups", all);
  expect(asked).toBe("Backup");
  expect(head).toMatch(/^NAME +PHASE +DATABASE +METHOD +SIZE +COMPLETED +CREATED$/);
  expect(rows.map((row) => row.split(/ {3,}/).slice(0, 5))).toEqual([
    ["shop-1", "Succeeded", "shop", "pg-basebackup", "2 MiB"],
    ["shop-2", "Succeeded", "shop", "pg-basebackup", "2 MiB"],
  ]);
  const [, chinese] = await printed("kubeblocks", "Cluster", "backups", all, "zh");
  expect(chinese).toMatch(/^NAME +PHASE +数据库 +方法 +大小 +完成时间 +CREATED$/);
});

it("lists what an instance is made of instead of pods, by its labels", async () => {
  const { declared } = lists("cluster-api", "Cluster");
  const machine = { ...declared.members, metadata: { name: "shop-1" }, status: { phase: "Running" } };
  const [asked, head, row] = await printed("cluster-api", "Cluster", "machines", [machine]);
  expect([asked, head?.slice(0, 4)]).toEqual(["Machine app=shop", "NAME"]);
  expect(row).toMatch(/^shop-1 +Running/);
});

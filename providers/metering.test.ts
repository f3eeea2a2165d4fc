import { expect, it } from "vitest";
import { groupKind } from "../lib/install/references.ts";
import { belongingsIn } from "../lib/manager/belongings.ts";
import { appOf, OTHER } from "../lib/metering/owners.ts";
import type { InstanceKind } from "../lib/model/image.ts";
import type { KubernetesObject } from "../lib/model/kubernetes.ts";
import type { Installation } from "../lib/model/resources.ts";
import { act, contents, instance } from "./actions.test-support.ts";

/** Whose the pods and volumes are that operators make for the providers' instances. */
const declared = [...contents.values()].flatMap(({ provider }) => provider?.instances ?? []);
const kinds = new Map(declared.map((kind) => [groupKind(kind), kind]));
const nothing = { list: () => [] };

function belongings(instances: readonly KubernetesObject[], installations: readonly object[] = []) {
  const list = ({ apiVersion, kind }: Pick<InstanceKind, "apiVersion" | "kind">) =>
    instances.filter((each) => each.apiVersion === apiVersion && each.kind === kind);
  const known = {
    ...{ kinds, bin: nothing, children: nothing, made: nothing, runs: nothing },
    ...{ instances: { list }, installations: { list: () => installations as Installation[] } },
  };
  return belongingsIn(known as unknown as Parameters<typeof belongingsIn>[0], "ns-a");
}

const pod = (labels: Record<string, string>, kind = "Pod") =>
  ({ apiVersion: "v1", kind, metadata: { name: "p", namespace: "ns-a", labels } }) as KubernetesObject;

const ofShop = { "app.kubernetes.io/instance": "shop" };
const cases: [provider: string, kind: string, change: object, labels: Record<string, string>, app: string][] =
  [
    ["postgres", "postgresql", {}, { application: "spilo", "cluster-name": "shop" }, "postgresql/shop"],
    [
      ...(["postgres", "postgresql", {}] as const),
      { application: "spilo-logical-backup", "cluster-name": "shop", team: "acid" },
      "postgresql/shop",
    ],
    [
      ...(["postgres", "postgresql", {}] as const),
      { application: "db-connection-pooler", "cluster-name": "shop" },
      "postgresql/shop",
    ],
    [
      ...(["mysql", "InnoDBCluster", {}] as const),
      { component: "mysqlrouter", tier: "mysql", "mysql.oracle.com/cluster": "shop" },
      "innodbcluster/shop",
    ],
    [
      ...(["mysql", "MySQLBackup", { metadata: { name: "shop-1" }, spec: { clusterName: "shop" } }] as const),
      { "batch.kubernetes.io/job-name": "shop-1" },
      "innodbcluster/shop",
    ],
    [
      ...(["kubeblocks", "Backup", { metadata: { name: "shop-1", labels: ofShop } }] as const),
      { "dataprotection.kubeblocks.io/backup-name": "shop-1", ...ofShop },
      "cluster/shop",
    ],
    [
      ...(["kubeblocks", "OpsRequest", { spec: { clusterName: "shop" } }] as const),
      { "ops.kubeblocks.io/ops-name": "shop" },
      "cluster/shop",
    ],
  ];

it.each(cases)("%s: a pod of a %s %j with the labels %j is counted to its database", async (...each) => {
  const [provider, kind, change, labels, app] = each;
  const known = belongings([await instance(provider, kind, change)]);
  expect(appOf(pod(labels), known)).toBe(app);
  const another = Object.fromEntries(Object.entries(labels).map(([key, text]) => [key, `${text}2`]));
  expect(appOf(pod(another), known)).toBe(OTHER);
});

it("the backup of a database that an app brought is counted to the app", async () => {
  const { apiVersion } = await instance("kubeblocks", "Cluster");
  const inventory = [{ apiVersion, kind: "Cluster", namespace: "ns-a", name: "shop" }];
  const backup = await instance("kubeblocks", "Backup", { metadata: { name: "shop-1", labels: ofShop } });
  const known = belongings([backup], [{ metadata: { name: "diary" }, status: { inventory } }]);
  expect(appOf(pod({ "dataprotection.kubeblocks.io/backup-name": "shop-1" }), known)).toBe("diary");
});

it("volumes that MySQL's backups go to are counted to their database", async () => {
  const object = await instance("mysql", "InnoDBCluster", { status: { cluster: { status: "ONLINE" } } });
  const known = belongings([object]);
  for (const [action, inputs] of [
    ["backup", {}],
    ["backup-schedule", { schedule: "0 2 * * *" }],
  ] as const) {
    const { created } = await act("mysql", object, action, inputs);
    const claims = created.filter(({ kind }) => kind === "PersistentVolumeClaim");
    expect(claims.map((claim) => appOf(claim, known))).toEqual(["innodbcluster/shop"]);
  }
});

it("what is part of another instance names a kind of the same provider", () => {
  for (const { provider } of contents.values())
    for (const { partOf } of provider?.instances ?? [])
      if (partOf) expect(provider?.instances.map(groupKind)).toContain(groupKind(partOf));
});

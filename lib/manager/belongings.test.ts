import { expect, test } from "vitest";
import { appOfInstance } from "../metering/owners.ts";
import { ownersOfInstance } from "./belongings.ts";

const backup = (clusterName: unknown) => ({
  apiVersion: "mysql.oracle.com/v2",
  kind: "MySQLBackup",
  metadata: { name: "nightly", namespace: "ns-a" },
  spec: { clusterName },
});
const kind = {
  workloads: { kinds: [], selector: { "batch.kubernetes.io/job-name": "${{ name }}" } },
  partOf: { apiVersion: "mysql.oracle.com/v2", kind: "InnoDBCluster", path: "spec.clusterName" },
};
const appsOf = (clusterName: unknown) =>
  ownersOfInstance(kind, backup(clusterName), appOfInstance).map(({ app }) => app);

test("the pods of a backup are counted for the database that it names", () => {
  expect(appsOf("orders")).toEqual(["innodbcluster/orders"]);
});

test.for<[string, unknown]>([
  ["nothing", undefined],
  ["no name of an object", "orders\nand more"],
  ["more than an object's name can hold", "o".repeat(254)],
  ["no text", { name: "orders" }],
])("one that names %s is counted for itself", ([, clusterName]) => {
  expect(appsOf(clusterName)).toEqual(["mysqlbackup/nightly"]);
});

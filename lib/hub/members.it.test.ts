import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import { type Cluster, Informer } from "../cluster/index.ts";
import { memberUser } from "../install/tenant.ts";
import { makeTenant, prepareCluster, until } from "../manager/testing/cluster.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { annotation, label } from "../model/resources.ts";
import { watchedTypes } from "./informers.ts";
import { Members } from "./members.ts";

let cluster: TestCluster;
let admin: Cluster;
let members: Members;
const informers: Informer<KubernetesObject>[] = [];

beforeAll(async () => {
  cluster = await startTestCluster();
  admin = cluster.admin;
  await prepareCluster(admin);
  await makeTenant(admin, "alice");
  await makeTenant(admin, "bob");
  const web = await cluster.account("sealos-system", "web");
  const follow = (kind: string) => {
    const type = watchedTypes("sealos-system").find((each) => each.kind === kind);
    if (!type) throw new Error(`${kind} is not watched`);
    const informer = new Informer<KubernetesObject>(web, type);
    informers.push(informer);
    return informer.start();
  };
  members = new Members(
    web,
    follow("ServiceAccount"),
    follow("RoleBinding"),
    follow("Role"),
    "sealos-system",
  );
  await Promise.all(informers.map(({ synced }) => synced));
});
afterAll(async () => {
  for (const informer of informers) informer.stop();
  await cluster?.stop();
});

test("a person has the workspaces that the manager gave them", () => {
  expect(members.workspaces("alice")).toMatchObject([{ namespace: "ns-alice", role: "owner" }]);
  expect(() => members.requireAccount("alice", "ns-bob")).toThrow("no workspace ns-bob");
});

test("nobody can put a workspace of theirs among another's", async () => {
  const bob = admin.as(memberUser("ns-bob", "bob"));
  const name = "member-alice";
  const labels = { [label.member]: "alice", [label.role]: "owner" };
  const metadata = { name, namespace: "ns-bob", labels, annotations: { [annotation.displayName]: "Alice" } };
  await bob.create({ apiVersion: "v1", kind: "ServiceAccount", metadata });
  await bob.create({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name, namespace: "ns-bob", labels },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "hub-tenant-owner" },
    subjects: [{ kind: "ServiceAccount", name, namespace: "ns-bob" }],
  });
  const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", namespace: "ns-bob" };
  const rules = [
    { apiGroups: [""], resources: ["serviceaccounts"], resourceNames: [name], verbs: ["impersonate"] },
  ];
  await expect(
    bob.patch({ ...role, name: "hub-impersonate" }, { rules }, { type: "merge" }),
  ).rejects.toMatchObject({ status: 403 });
  const [accounts] = informers;
  const reference = { apiVersion: "v1", kind: "ServiceAccount", name, namespace: "ns-bob" };
  await until(admin, reference, (account) => account !== undefined);
  await expect.poll(() => accounts?.get("ns-bob", name)).toBeDefined();
  expect(members.workspaces("alice").map(({ namespace }) => namespace)).toEqual(["ns-alice"]);
  expect(members.has("alice", "ns-bob")).toBe(false);
});

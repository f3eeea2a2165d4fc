import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { root } from "../../scripts/runtime.mjs";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import type { AnyObject, Cluster } from "../cluster/index.ts";
import { until } from "../cluster/testing/until.ts";
import { takenApart } from "../install/granted.ts";
import { provisionAdministrators, provisionTenant } from "../install/provision.ts";
import type { PolicyRule } from "../install/rules.ts";
import { installDefinitions, readDefinitions } from "./definitions.ts";
import { prepareCluster } from "./testing/cluster.ts";

/**
 * `escalate` and `bind` are asked for inside other requests, so no log shows who needed them. Here each is taken from the
 * manager, and what it was for has to fail.
 */
let cluster: TestCluster;
let manager: Cluster;
let rules: PolicyRule[];
const reference = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", name: "hub-manager" };
const needed: object[] = [];

beforeAll(async () => {
  cluster = await startTestCluster();
  await prepareCluster(cluster.admin);
  manager = await cluster.account("sealos-system", "manager");
  const role = await cluster.admin.get<AnyObject & { rules: PolicyRule[] }>(reference);
  rules = role.rules;
});

afterAll(async () => {
  await cluster?.stop();
  if (cluster?.kind === "sandbox" || needed.length === 0) return;
  const folder = join(root, "test-results", "audit");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "lib.manager.rights.needed.json"), `${JSON.stringify(needed, null, 1)}\n`);
});

const give = (given: PolicyRule[]) => cluster.admin.patch(reference, { rules: given }, { type: "merge" });

/** Everything that the manager makes for tenants and administrators. */
async function work(): Promise<string> {
  try {
    await provisionTenant(manager, { uid: "alice", subject: "test/alice" });
    await provisionAdministrators(manager, ["root"]);
    return "done";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

test("the manager can make tenants and administrators with each of its rights to hand out rights, and with none less", async () => {
  await expect.poll(work).toBe("done");
  const handing = (right: PolicyRule) => /^(bind|escalate)$/.test(right.verbs[0] ?? "");
  const single = rules.flatMap(takenApart);
  for (const right of single.filter(handing)) {
    await give(single.filter((each) => each !== right));
    const what = `${right.verbs} ${right.resources} ${right.resourceNames}`;
    // Nobody gives again what is given already, so what it was for has to be gone; and the right itself goes a moment later.
    const tried = async () => {
      await forget();
      return work();
    };
    await expect.poll(tried, { message: `without ${what}`, timeout: 30_000 }).toMatch(/forbidden/);
    needed.push({
      account: "sealos-system:manager",
      verb: right.verbs[0],
      group: right.apiGroups?.[0],
      resource: right.resources?.[0],
      name: right.resourceNames?.[0],
      namespace: "",
    });
  }
  await give(rules);
  await expect.poll(work).toBe("done");
}, 180_000);

test("a member reads the namespace that is theirs, and no other", async () => {
  await provisionTenant(cluster.admin, { uid: "alice", subject: "test/alice" });
  const alice = await cluster.account("ns-alice", "member-alice");
  const namespace = (name: string) => alice.get({ apiVersion: "v1", kind: "Namespace", name });
  // What was just given counts a moment later.
  await vi.waitFor(async () => expect((await namespace("ns-alice")).metadata.name).toBe("ns-alice"), {
    timeout: 20_000,
  });
  await expect(namespace("kube-system")).rejects.toMatchObject({ status: 403 });
  await expect(alice.list({ apiVersion: "v1", kind: "Namespace" })).rejects.toMatchObject({ status: 403 });
});

test("the manager brings the Hub's own definitions up to date, and makes those that are missing", async () => {
  const definitions = await readDefinitions(join(root, "deploy/crds"));
  const names = definitions.map(({ metadata }) => metadata.name);
  const type = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
  const version = "hub.sealos.io/schema-version";
  for (const name of names)
    await cluster.admin.patch(
      { ...type, name },
      { metadata: { annotations: { [version]: "0" } } },
      { type: "merge" },
    );
  expect((await installDefinitions(manager, definitions)).sort()).toEqual(names.sort());
  for (const name of names) await cluster.admin.delete({ ...type, name });
  await until(
    cluster.admin,
    type,
    (all) => !all.some(({ metadata }) => names.includes(metadata.name)),
    60_000,
  );
  expect((await installDefinitions(manager, definitions)).sort()).toEqual(names.sort());
}, 180_000);

async function forget(): Promise<void> {
  const { admin } = cluster;
  const type = { apiVersion: reference.apiVersion, kind: "RoleBinding" };
  for (const namespace of ["ns-alice", "sealos-system"])
    for (const kind of ["RoleBinding", "Role"])
      for (const { metadata } of (await admin.list({ ...type, kind, namespace })).items)
        if (!/^hub-(web|manager)$/.test(metadata.name))
          await admin.delete({ ...type, kind, namespace, name: metadata.name });
  const all = { apiVersion: reference.apiVersion, kind: "ClusterRoleBinding", name: "hub-administrators" };
  if (await admin.find(all)) await admin.delete(all);
}

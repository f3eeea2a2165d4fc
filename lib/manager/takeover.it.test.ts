import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startTestCluster, type TestCluster } from "../../tools/testing/index.ts";
import { type AnyObject, Cluster } from "../cluster/index.ts";
import { writersOf } from "../install/writers.ts";
import { fieldManagerOf } from "../model/door.ts";
import { makeTenant, prepareCluster } from "./testing/cluster.ts";

/** Somebody has the manager's token, with every shipped provider granted, and wants the cluster. */
let cluster: TestCluster;
let admin: Cluster;
let thief: Cluster;

const RBAC = "rbac.authorization.k8s.io/v1";
const MANAGER = { kind: "ServiceAccount", name: "manager", namespace: "sealos-system" };
const forbidden = { status: 403 };
/** How the API server words what a policy refuses. */
const denied = /ValidatingAdmissionPolicy/;

const role = (namespace: string, name: string, rules: object[]): AnyObject => ({
  apiVersion: RBAC,
  kind: "Role",
  metadata: { namespace, name },
  rules,
});
const binding = (namespace: string, kind: string, name: string, subject: object = MANAGER): AnyObject => ({
  apiVersion: RBAC,
  kind: "RoleBinding",
  metadata: { namespace, name },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name },
  subjects: [subject],
});
const pod = (namespace: string): AnyObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "thief", namespace },
  spec: { containers: [{ name: "thief", image: "docker.io/library/busybox:1" }] },
});
const apply = (object: AnyObject) => thief.apply(object, { fieldManager: "thief", force: true });

const operator = (image: string): AnyObject => {
  const name = "postgres-operator";
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: name },
    spec: {
      selector: { matchLabels: { name } },
      template: {
        metadata: { labels: { name } },
        spec: { serviceAccountName: name, containers: [{ name, image }] },
      },
    },
  };
};

beforeAll(async () => {
  cluster = await startTestCluster();
  admin = cluster.admin;
  await prepareCluster(admin);
  await makeTenant(admin, "alice");
  thief = await cluster.account("sealos-system", "manager");
  // Policies count a moment after they are there. Each is tried with what it alone refuses, and nothing is left behind.
  const tries = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "thief" } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "thief", namespace: "default" } },
    role("ns-alice", "hub-impersonate", [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }]),
    binding("ns-alice", "ClusterRole", "hub-tenant-owner"),
    operator("docker.io/thief/thief:1"),
  ];
  await vi.waitFor(
    async () => {
      for (const object of tries)
        expect(
          await failure(thief.apply(object, { fieldManager: "thief", force: true, dryRun: true })),
        ).toMatch(denied);
    },
    { timeout: 30_000, interval: 200 },
  );
});

afterAll(() => cluster?.stop());

async function failure(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return "it succeeded";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe("whoever takes the manager over cannot", () => {
  test("read a Secret of kube-system, of its own namespace or of a tenant, or any list of Secrets", async () => {
    for (const namespace of ["kube-system", "sealos-system", "postgres-operator", "ns-alice"]) {
      await expect(thief.list({ apiVersion: "v1", kind: "Secret", namespace })).rejects.toMatchObject(
        forbidden,
      );
      await expect(
        thief.get({ apiVersion: "v1", kind: "Secret", namespace, name: "web-session" }),
      ).rejects.toMatchObject(forbidden);
    }
    await expect(thief.list({ apiVersion: "v1", kind: "Secret" })).rejects.toMatchObject(forbidden);
  });

  test("make a pod in kube-system, in its own namespace, or in an operator's", async () => {
    for (const namespace of ["kube-system", "sealos-system", "postgres-operator"]) {
      await expect(thief.create(pod(namespace))).rejects.toMatchObject(forbidden);
      await expect(apply(pod(namespace))).rejects.toMatchObject(forbidden);
    }
  });

  test("make itself an administrator of the cluster", async () => {
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
    const all = { apiVersion: RBAC, kind: "ClusterRoleBinding" };
    for (const name of ["thief", "hub-manager", "hub-administrators", "cluster-admin", "postgres-operator"])
      await expect(apply({ ...all, metadata: { name }, roleRef, subjects: [MANAGER] })).rejects.toMatchObject(
        forbidden,
      );
    const hub = { ...roleRef, name: "hub-administrator" };
    expect(
      await failure(
        apply({ ...all, metadata: { name: "hub-administrators" }, roleRef: hub, subjects: [MANAGER] }),
      ),
    ).toMatch(denied);
    const rules = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
    for (const name of [
      "hub-manager",
      "hub-tenant-owner",
      "hub-grant-labring.postgres",
      "hub-provider-labring.postgres-view",
      "postgres-operator",
      "view",
    ])
      await expect(
        apply({ apiVersion: RBAC, kind: "ClusterRole", metadata: { name }, rules }),
      ).rejects.toMatchObject(forbidden);
  });

  test("give itself a role, its own or a tenant's, outside the tenants' namespaces", async () => {
    const rules = [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }];
    const impersonate = [
      {
        apiGroups: [""],
        resources: ["serviceaccounts"],
        resourceNames: ["installer"],
        verbs: ["impersonate"],
      },
    ];
    for (const namespace of ["kube-system", "default", "sealos-system", "postgres-operator"]) {
      expect(await failure(apply(role(namespace, "hub-impersonate-installer", rules)))).toMatch(denied);
      expect(await failure(apply(role(namespace, "hub-impersonate-installer", impersonate)))).toMatch(denied);
      expect(await failure(apply(binding(namespace, "ClusterRole", "hub-tenant-owner")))).toMatch(denied);
      expect(await failure(apply(binding(namespace, "Role", "hub-impersonate-installer")))).toMatch(denied);
    }
  });

  test("give itself more than impersonation inside them, or tenants' rights to somebody from outside", async () => {
    const wide = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
    const everybody = [{ apiGroups: [""], resources: ["serviceaccounts"], verbs: ["impersonate"] }];
    for (const rules of [wide, everybody])
      expect(await failure(apply(role("ns-alice", "hub-impersonate-installer", rules)))).toMatch(denied);
    expect(await failure(apply(binding("ns-alice", "ClusterRole", "hub-tenant-owner")))).toMatch(denied);
    await expect(apply(binding("ns-alice", "ClusterRole", "cluster-admin"))).rejects.toMatchObject(forbidden);
  });

  test("act as an administrator, as the web server, or as a group", async () => {
    for (const user of [
      "admin",
      "system:serviceaccount:kube-system:default",
      "system:serviceaccount:sealos-system:web",
      "system:serviceaccount:sealos-system:member-admin",
      "system:serviceaccount:postgres-operator:postgres-operator",
      "system:serviceaccount:ns-alice:alice",
    ])
      await expect(thief.as(user).list({ apiVersion: "v1", kind: "Namespace" }), user).rejects.toMatchObject(
        forbidden,
      );
    for (const [namespace, account] of [
      ["sealos-system", "web"],
      ["postgres-operator", "postgres-operator"],
      ["kube-system", "default"],
    ])
      await expect(
        thief.request("POST", `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`, {
          body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
        }),
      ).rejects.toMatchObject(forbidden);
  });

  test("have an operator's rights by running something else as the operator", async () => {
    expect(await failure(apply(operator("docker.io/thief/thief:1")))).toMatch(denied);
    // Also not with the right image and more beside it.
    expect(await failure(apply(operator("ghcr.io/zalando/postgres-operator:v1.15.1")))).toMatch(denied);
    const other = operator("docker.io/thief/thief:1");
    await expect(
      apply({ ...other, metadata: { name: "thief", namespace: "postgres-operator" } }),
    ).rejects.toMatchObject(forbidden);
  });

  test("loosen a namespace, or have one of a name that is no tenant's", async () => {
    const namespace = (name: string, labels: Record<string, string>): AnyObject => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, labels },
    });
    const baseline = { "pod-security.kubernetes.io/enforce": "baseline" };
    expect(await failure(apply(namespace("thief", baseline)))).toMatch(denied);
    expect(await failure(apply(namespace("kube-system", { "hub.sealos.io/tenant": "x" })))).toMatch(denied);
    const privileged = {
      "hub.sealos.io/tenant": "alice",
      "pod-security.kubernetes.io/enforce": "privileged",
    };
    expect(await failure(apply(namespace("ns-alice", privileged)))).toMatch(denied);
    await expect(
      thief.delete({ apiVersion: "v1", kind: "Namespace", name: "ns-alice" }),
    ).rejects.toMatchObject(forbidden);
  });

  test("take the policies away, or the pods that they compare with", async () => {
    const policy = { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy" };
    for (const kind of [policy.kind, `${policy.kind}Binding`])
      await expect(thief.delete({ ...policy, kind, name: "hub-manager-bindings" })).rejects.toMatchObject(
        forbidden,
      );
    await expect(
      thief.delete({
        apiVersion: "v1",
        kind: "PodTemplate",
        namespace: "postgres-operator",
        name: "hub-grant-deployment-postgres-operator",
      }),
    ).rejects.toMatchObject(forbidden);
  });

  test("convert a kind by a webhook of its own", async () => {
    const name = "installations.hub.sealos.io";
    const conversion = {
      strategy: "Webhook",
      webhook: {
        conversionReviewVersions: ["v1"],
        clientConfig: { service: { namespace: "ns-alice", name: "thief" } },
      },
    };
    const definition = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name };
    expect(await failure(thief.patch(definition, { spec: { conversion } }, { type: "merge" }))).toMatch(
      denied,
    );
  });
});

describe("a member cannot", () => {
  const installation = { apiVersion: "hub.sealos.io/v1alpha1", kind: "Installation", namespace: "ns-alice" };
  const wanted = (name: string, metadata: object = {}): AnyObject => ({
    ...installation,
    metadata: { name, namespace: "ns-alice", ...metadata },
    spec: { image: "labring/web:1.0.0" },
  });

  test("sign a change with somebody else's name, however the name is given", async () => {
    const member = await cluster.account("ns-alice", "member-alice");
    const [own, foreign] = [fieldManagerOf("page", "alice"), fieldManagerOf("page", "bob")];
    const forged = [{ manager: foreign, operation: "Update", apiVersion: installation.apiVersion }].map(
      (entry) => ({
        ...{ ...entry, time: "2026-01-01T00:00:00Z", fieldsType: "FieldsV1" },
        fieldsV1: { "f:spec": { "f:image": {} } },
      }),
    );
    // Policies count a moment after they are there.
    await vi.waitFor(
      async () =>
        expect(
          await failure(member.create(wanted("forged"), { fieldManager: foreign, dryRun: true })),
        ).toMatch(denied),
      { timeout: 30_000, interval: 200 },
    );
    await member.create(wanted("signed"), { fieldManager: own });
    const signed = { ...installation, name: "signed" };
    const patch = { spec: { suspended: true } };
    expect(await failure(member.patch(signed, patch, { type: "merge", fieldManager: foreign }))).toMatch(
      denied,
    );
    const smuggled = { metadata: { managedFields: forged } };
    expect(await failure(member.patch(signed, smuggled, { type: "merge" }))).toMatch(denied);
    const agent = Cluster.fromKubeconfig(await cluster.accountKubeconfig("ns-alice", "member-alice"), {
      userAgent: `${foreign}/1.0`,
    });
    expect(await failure(agent.patch(signed, patch, { type: "merge" }))).toMatch(denied);
    const hidden = { type: "merge", fieldManager: "app-manager" } as const;
    expect(await failure(member.patch(signed, patch, hidden))).toMatch(denied);
    // Who changes what the manager has set takes nothing of its name.
    await admin.patch(signed, { spec: { suspended: false } }, hidden);
    // What others have signed stays theirs while somebody writes under a name of their own.
    const limit = { spec: { revisionHistoryLimit: 5 } };
    await member.patch(signed, limit, { type: "merge", fieldManager: "kubectl-edit" });
    await member.patch(signed, patch, { type: "merge", fieldManager: own });
    const { metadata } = await admin.get(signed);
    expect(writersOf({ metadata }).map(({ manager }) => manager)).toEqual(
      expect.arrayContaining([own, "kubectl-edit"]),
    );
  });

  test("make the budget that is the administrators', and so say what it does", async () => {
    const member = await cluster.account("ns-alice", "member-alice");
    const budget = { apiVersion: installation.apiVersion, kind: "Budget" };
    const make = (as: Cluster, name: string, dryRun = false) =>
      as.create<AnyObject>(
        {
          ...budget,
          metadata: { name, namespace: "ns-alice" },
          spec: { monthly: "5", stop: false },
        },
        { dryRun },
      );
    await make(member, "default");
    // Policies count a moment after they are there, and kinds as well.
    await vi.waitFor(async () => expect(await failure(make(member, "limit", true))).toMatch(denied), {
      timeout: 30_000,
      interval: 200,
    });
    expect(await failure(make(member, "limit"))).toMatch(denied);
    await make(admin, "limit");
  });
});

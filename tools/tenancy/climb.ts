import type { ApiError, Cluster } from "../../lib/cluster/index.ts";
import type { KubernetesObject } from "../../lib/model/kubernetes.ts";
import type { Attempt } from "./report.ts";

/** Every way up that comes to mind; all of them are dry runs. */
export async function climb(by: string, cluster: Cluster, namespace: string): Promise<Attempt[]> {
  const rbac = "rbac.authorization.k8s.io/v1";
  const group = "rbac.authorization.k8s.io";
  const me = { kind: "ServiceAccount", name: "default", namespace };
  const bind = (kind: string, name: string, where?: string) => ({
    apiVersion: rbac,
    kind: where ? "RoleBinding" : "ClusterRoleBinding",
    metadata: { name: "up", ...(where && { namespace: where }) },
    roleRef: { apiGroup: group, kind, name },
    subjects: [me],
  });
  const role = (rules: object[], where = namespace) => ({
    apiVersion: rbac,
    kind: "Role",
    metadata: { name: "up", namespace: where },
    rules,
  });
  const pod = (spec: object, where = namespace) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "up", namespace: where },
    spec: { containers: [{ name: "up", image: "up", ...limits }], ...spec },
  });
  const limits = { resources: { limits: { cpu: "1m", memory: "1Mi" } } };
  const create = (object: object) => () => cluster.create(object as KubernetesObject, { dryRun: true });
  const as = (user: string) => () => cluster.as(user).list({ apiVersion: "v1", kind: "Secret", namespace });
  const token = (name: string, where: string) => () =>
    cluster.request("POST", `/api/v1/namespaces/${where}/serviceaccounts/${name}/token`, {
      query: { dryRun: "All" },
      body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
    });
  const label = (labels: object) => () =>
    cluster.patch(
      { apiVersion: "v1", kind: "Namespace", name: namespace },
      { metadata: { labels } },
      { type: "merge", dryRun: true },
    );
  const ways: [string, () => Promise<unknown>][] = [
    ["act as `system:admin`", as("system:admin")],
    ["act as the manager", as("system:serviceaccount:sealos-system:manager")],
    ["act as the workspace's installer", as(`system:serviceaccount:${namespace}:installer`)],
    ["act as another member", as("system:serviceaccount:ns-bob:member-bob")],
    ["bind `cluster-admin` in the cluster", create(bind("ClusterRole", "cluster-admin"))],
    ["bind `cluster-admin` in the workspace", create(bind("ClusterRole", "cluster-admin", namespace))],
    ["bind a role in `kube-system`", create(bind("ClusterRole", "view", "kube-system"))],
    ["bind the Role that allows impersonation", create(bind("Role", "hub-impersonate", namespace))],
    ["make a Role with everything", create(role([{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]))],
    [
      "make a Role that impersonates",
      create(role([{ apiGroups: [""], resources: ["serviceaccounts"], verbs: ["impersonate"] }])),
    ],
    [
      "make a Role that escalates",
      create(role([{ apiGroups: [group], resources: ["roles"], verbs: ["escalate", "bind"] }])),
    ],
    ["ask for a token of the manager", token("manager", "sealos-system")],
    ["ask for a token of another tenant's member", token("member-bob", "ns-bob")],
    ["run a pod as the host", create(pod({ hostNetwork: true, hostPID: true }))],
    ["mount the node's disk", create(pod({ volumes: [{ name: "host", hostPath: { path: "/" } }] }))],
    ["run a pod in `kube-system`", create(pod({}, "kube-system"))],
    ["run a pod in `sealos-system`", create(pod({}, "sealos-system"))],
    ["lower the workspace's Pod Security", label({ "pod-security.kubernetes.io/enforce": "privileged" })],
    ["take over the workspace's label", label({ "hub.sealos.io/tenant": "mallory" })],
    [
      "raise the quota for itself",
      () =>
        by === "an administrator"
          ? Promise.reject(Object.assign(new Error("theirs to do"), { status: 0, reason: "theirs to do" }))
          : cluster.patch(
              { apiVersion: "v1", kind: "ResourceQuota", name: "quota", namespace },
              { spec: { hard: { pods: "100000" } } },
              { type: "merge", dryRun: true },
            ),
    ],
    [
      "write endpoints that point at other pods",
      create({ apiVersion: "v1", kind: "Endpoints", metadata: { name: "up", namespace }, subsets: [] }),
    ],
    [
      "make a Secret that is filled with the manager's token",
      create({
        apiVersion: "v1",
        kind: "Secret",
        type: "kubernetes.io/service-account-token",
        metadata: {
          name: "up",
          namespace: "sealos-system",
          annotations: { "kubernetes.io/service-account.name": "manager" },
        },
      }),
    ],
    [
      "read the key that signs sessions",
      () =>
        cluster.get({ apiVersion: "v1", kind: "Secret", name: "web-session", namespace: "sealos-system" }),
    ],
    ["reach a node through its proxy", () => cluster.request("GET", "/api/v1/nodes/node-1/proxy/pods")],
    [
      "reach another tenant's service through the API server",
      () => cluster.request("GET", "/api/v1/namespaces/ns-bob/services/mine/proxy/"),
    ],
    [
      "approve a certificate",
      create({
        apiVersion: "certificates.k8s.io/v1",
        kind: "CertificateSigningRequest",
        metadata: { name: "up" },
        spec: { request: "", signerName: "kubernetes.io/kube-apiserver-client", usages: ["client auth"] },
      }),
    ],
  ];
  return Promise.all(ways.map(async ([what, attempt]) => ({ what, by, answer: await outcome(attempt) })));
}

async function outcome(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
    return "let in";
  } catch (error) {
    const { status, reason } = error as ApiError;
    // Anything but a refusal would be a fault of the attempt, and prove nothing.
    if (status !== 403 && status !== 422 && reason !== "theirs to do") throw error;
    return reason === "theirs to do" ? reason : `${status} ${reason}`;
  }
}

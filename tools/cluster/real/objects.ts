import type { AnyObject, Cluster } from "../../../lib/cluster/index.ts";
import { DNS_SERVICE_IP, NODE_IP } from "./addresses.ts";

const RBAC = "rbac.authorization.k8s.io";

function grant(name: string, role: string, user: string): AnyObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: role },
    subjects: [{ apiGroup: RBAC, kind: "User", name: user }],
  };
}

function role(name: string, rules: object[]): AnyObject {
  return { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata: { name }, rules };
}

const READ = ["get", "list", "watch"];
const SLICES = { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: READ };

/** What the cluster's own programs need in it: their rights, and the Service by which pods find the name server. */
const OBJECTS: AnyObject[] = [
  role("coredns", [{ apiGroups: [""], resources: ["services", "pods", "namespaces"], verbs: READ }, SLICES]),
  grant("coredns", "coredns", "system:coredns"),
  role("ingress", [
    { apiGroups: [""], resources: ["services", "secrets"], verbs: READ },
    SLICES,
    { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "ingressclasses"], verbs: READ },
    { apiGroups: ["networking.k8s.io"], resources: ["ingresses/status"], verbs: ["patch"] },
  ]),
  grant("ingress", "ingress", "system:ingress"),
  role("volumes", [
    { apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: READ },
    { apiGroups: [""], resources: ["persistentvolumeclaims/status"], verbs: ["patch"] },
    { apiGroups: [""], resources: ["persistentvolumes"], verbs: [...READ, "create", "patch", "delete"] },
    { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["create"] },
  ]),
  grant("volumes", "volumes", "system:volumes"),
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: {
      name: "nginx",
      annotations: { "ingressclass.kubernetes.io/is-default-class": "true" },
    },
    spec: { controller: "k8s.io/ingress-nginx" },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "kube-dns", namespace: "kube-system" },
    spec: {
      clusterIP: DNS_SERVICE_IP,
      ports: [
        { name: "dns", port: 53, protocol: "UDP" },
        { name: "dns-tcp", port: 53, protocol: "TCP" },
      ],
    },
  },
  {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: "kube-dns",
      namespace: "kube-system",
      labels: { "kubernetes.io/service-name": "kube-dns" },
    },
    addressType: "IPv4",
    endpoints: [{ addresses: [NODE_IP], conditions: { ready: true } }],
    ports: [
      { name: "dns", port: 53, protocol: "UDP" },
      { name: "dns-tcp", port: 53, protocol: "TCP" },
    ],
  },
];

/** Makes them, once the API server answers. */
export async function prepare(cluster: Cluster): Promise<void> {
  for (const object of OBJECTS) await cluster.apply(object, { fieldManager: "cluster", force: true });
}

/** Addresses inside the cluster's own network; nobody outside sees them, so they can be the same for every cluster. */
export const NODE = "node-1";
export const NODE_IP = "10.254.0.2";
export const POD_RANGE = "10.244.0.0/16";
export { SERVICE_ADDRESS as API_SERVICE_IP } from "../control-plane.ts";
export const DNS_SERVICE_IP = "10.96.0.10";
export const DNS_DOMAIN = "cluster.local";
export const API_PORT = 6443;
export const ETCD_PORT = 2379;
export const KUBELET_PORT = 10250;
export const REGISTRY_PORT = 5000;
export const INGRESS_PORT = 80;
/** Image of every pod's first container, which holds its namespaces; from the cluster's own registry. */
export const PAUSE_IMAGE = "registry.k8s.io/pause:3.10";

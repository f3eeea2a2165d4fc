import { join } from "node:path";
import { stringify } from "yaml";
import {
  DNS_DOMAIN,
  DNS_SERVICE_IP,
  KUBELET_PORT,
  NODE,
  NODE_IP,
  PAUSE_IMAGE,
  POD_RANGE,
  REGISTRY_PORT,
} from "./addresses.ts";

/** Configuration files of the node's programs, as text. `dir` is the cluster's folder. */

/** Sockets and short-lived state; a file system of its own inside, so the host's `/run` stays as it is. */
const CONTAINERD_SOCKET = "/run/containerd/containerd.sock";

export function kubeletConfiguration(
  dir: string,
  cgroup: string,
  files: { ca: string; cert: string; key: string },
) {
  return stringify({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: NODE_IP,
    port: KUBELET_PORT,
    healthzBindAddress: "127.0.0.1",
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: files.ca },
    },
    authorization: { mode: "Webhook" },
    tlsCertFile: files.cert,
    tlsPrivateKeyFile: files.key,
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    clusterDNS: [DNS_SERVICE_IP],
    clusterDomain: DNS_DOMAIN,
    resolvConf: join(dir, "resolv.conf"),
    // Below one cgroup of our own, to be removed with the cluster. Without the tiers (cgroupsPerQOS) the kubelet would
    // leave it to containerd where pods go, which is one place for all clusters of a machine.
    failCgroupV1: false,
    cgroupDriver: "cgroupfs",
    cgroupsPerQOS: true,
    cgroupRoot: `/${cgroup}`,
    enforceNodeAllocatable: [],
    oomScoreAdj: 0,
    failSwapOn: false,
    podLogsDir: join(dir, "logs", "pods"),
    volumePluginDir: join(dir, "volume-plugins"),
    serializeImagePulls: false,
    registryPullQPS: 0,
    imageGCHighThresholdPercent: 100,
    // A developer's nearly full disk is no reason to evict: only a truly full one is.
    evictionHard: { "memory.available": "50Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
  });
}

export function containerdConfiguration(dir: string, snapshotter: string): string {
  return `version = 3
root = "${dir}/containerd"
state = "/run/containerd"

[grpc]
  address = "${CONTAINERD_SOCKET}"

[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  [plugins.'io.containerd.cri.v1.runtime'.containerd]
    default_runtime_name = "runc"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
        SystemdCgroup = false
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ["/usr/lib/cni"]
    conf_dir = "${dir}/cni"

[plugins.'io.containerd.cri.v1.images']
  snapshotter = "${snapshotter}"
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = "${PAUSE_IMAGE}"
  [plugins.'io.containerd.cri.v1.images'.registry]
    config_path = "${dir}/registries"

[plugins.'io.containerd.internal.v1.opt']
  path = "${dir}/opt"

[plugins.'io.containerd.nri.v1.nri']
  disable = true
`;
}

/** Whatever registry a reference names, the cluster's own one answers for it: there is no other to be reached. */
export function registryMirror(): string {
  const address = `http://127.0.0.1:${REGISTRY_PORT}`;
  return `server = "${address}"\n\n[host."${address}"]\n  capabilities = ["pull", "resolve"]\n`;
}

export function registryConfiguration(dir: string): string {
  return stringify({
    version: 0.1,
    log: { level: "warn" },
    storage: { filesystem: { rootdirectory: join(dir, "registry") }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${REGISTRY_PORT}` },
  });
}

/**
 * Each pod has a link of its own to the node and is reached by a route. With a bridge instead, answers between two
 * pods would pass by the node's packet filter unless the kernel has br_netfilter, and services would not work.
 */
export function podNetwork(dir: string): string {
  return JSON.stringify({
    cniVersion: "1.0.0",
    name: "pods",
    plugins: [
      {
        type: "ptp",
        ipMasq: false,
        ipam: {
          type: "host-local",
          dataDir: join(dir, "addresses"),
          ranges: [[{ subnet: POD_RANGE }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  });
}

export function kubeProxyConfiguration(kubeconfig: string): string {
  return stringify({
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    clusterCIDR: POD_RANGE,
    clientConnection: { kubeconfig },
    hostnameOverride: NODE,
    healthzBindAddress: "127.0.0.1:10256",
    metricsBindAddress: "127.0.0.1:10249",
    oomScoreAdj: 0,
    // Limits of connection tracking are the whole machine's; zero leaves them alone.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
    iptables: { minSyncPeriod: "100ms", syncPeriod: "30s" },
  });
}

export function dnsConfiguration(kubeconfig: string): string {
  return `${DNS_DOMAIN}:53 in-addr.arpa:53 ip6.arpa:53 {
  bind ${NODE_IP}
  errors
  kubernetes ${DNS_DOMAIN} in-addr.arpa ip6.arpa {
    kubeconfig ${kubeconfig}
    pods insecure
    ttl 1
  }
}
.:53 {
  bind ${NODE_IP}
  errors
  template ANY ANY {
    rcode NXDOMAIN
  }
}
`;
}

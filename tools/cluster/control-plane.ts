/** Command lines of the control plane, as pure functions of where things are. */

export type Flags = Record<string, string | number | boolean>;

/** `--name=value` arguments. */
export function argumentsOf(flags: Flags): string[] {
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
}

export interface ControlPlanePaths {
  /** Folder that holds `pki/`, `etcd/` and the rest, absolute. */
  dir: string;
  /** Files below `dir/pki`, PEM, and kubeconfigs of the components. */
  pki(name: string): string;
  kubeconfig(name: string): string;
}

export interface ApiServerAddress {
  /** Address to listen on. */
  bind: string;
  port: number;
  /** What the `kubernetes` Service leads to; the API server refuses a loopback address here. */
  advertise: string;
}

const SERVICE_RANGE = "10.96.0.0/16";
/** First address of the range: the `kubernetes` Service. */
export const SERVICE_ADDRESS = "10.96.0.1";

export function etcdFlags(dataDir: string, endpoint: string): Flags {
  return {
    name: "default",
    "data-dir": dataDir,
    "listen-client-urls": endpoint,
    "advertise-client-urls": endpoint,
    "listen-peer-urls": "http://127.0.0.1:0",
    "initial-advertise-peer-urls": "http://127.0.0.1:0",
    "initial-cluster": "default=http://127.0.0.1:0",
    // Nothing here outlives the machine's next start.
    "unsafe-no-fsync": true,
    // Alone, it has nobody to hear from before it may lead.
    "heartbeat-interval": 50,
    "election-timeout": 250,
    "log-level": "warn",
    "quota-backend-bytes": 4 * 1024 ** 3,
  };
}

export function apiServerFlags(
  paths: ControlPlanePaths,
  etcd: string,
  address: ApiServerAddress,
  audit?: { policy: string; log: string },
): Flags {
  const { pki } = paths;
  return {
    "etcd-servers": etcd,
    "bind-address": address.bind,
    "secure-port": address.port,
    "advertise-address": address.advertise,
    "service-cluster-ip-range": SERVICE_RANGE,
    "client-ca-file": pki("ca.crt"),
    "tls-cert-file": pki("apiserver.crt"),
    "tls-private-key-file": pki("apiserver.key"),
    "kubelet-certificate-authority": pki("ca.crt"),
    "kubelet-client-certificate": pki("apiserver-kubelet-client.crt"),
    "kubelet-client-key": pki("apiserver-kubelet-client.key"),
    "kubelet-preferred-address-types": "InternalIP",
    "requestheader-client-ca-file": pki("front-proxy-ca.crt"),
    "requestheader-allowed-names": "front-proxy-client",
    "requestheader-username-headers": "X-Remote-User",
    "requestheader-group-headers": "X-Remote-Group",
    "requestheader-extra-headers-prefix": "X-Remote-Extra-",
    "proxy-client-cert-file": pki("front-proxy-client.crt"),
    "proxy-client-key-file": pki("front-proxy-client.key"),
    "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
    "service-account-key-file": pki("sa.pub"),
    "service-account-signing-key-file": pki("sa.key"),
    "authorization-mode": "Node,RBAC",
    "enable-admission-plugins": "NodeRestriction",
    "allow-privileged": true,
    profiling: false,
    ...(audit
      ? {
          "audit-policy-file": audit.policy,
          "audit-log-path": audit.log,
          "audit-log-format": "json",
          // Whoever reads the log reads one file: it is never rotated.
          "audit-log-maxsize": 1_000_000,
        }
      : {}),
  };
}

export function controllerManagerFlags(paths: ControlPlanePaths, controllers?: string[]): Flags {
  const { pki, kubeconfig } = paths;
  return {
    kubeconfig: kubeconfig("controller-manager"),
    "service-account-private-key-file": pki("sa.key"),
    "root-ca-file": pki("ca.crt"),
    "use-service-account-credentials": true,
    "leader-elect": false,
    "secure-port": 0,
    profiling: false,
    // Controllers share one budget of requests, which a burst of a thousand objects exhausts at the default of 20.
    "kube-api-qps": 200,
    "kube-api-burst": 400,
    "concurrent-namespace-syncs": 20,
    "concurrent-gc-syncs": 40,
    "namespace-sync-period": "5s",
    ...(controllers ? { controllers: controllers.join(",") } : {}),
  };
}

export function schedulerFlags(paths: ControlPlanePaths): Flags {
  return {
    kubeconfig: paths.kubeconfig("scheduler"),
    "leader-elect": false,
    "secure-port": 0,
    profiling: false,
    "kube-api-qps": 200,
    "kube-api-burst": 400,
  };
}

/**
 * Audit policy: every request of every account at `Metadata` level, but for the control plane's own components. JSON,
 * which is YAML.
 */
export const AUDIT_POLICY = JSON.stringify({
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    {
      level: "None",
      users: [
        "system:apiserver",
        "system:kube-controller-manager",
        "system:kube-scheduler",
        "system:kwok",
        "system:volumes",
        "system:kube-proxy",
        "system:coredns",
        "system:ingress",
      ],
    },
    { level: "None", userGroups: ["system:nodes", "system:serviceaccounts:kube-system"] },
    { level: "Metadata" },
  ],
});

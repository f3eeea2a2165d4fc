import { spawnSync } from "node:child_process";
import { findBinaries } from "../../tools/cluster/index.ts";
import { check, type Outcome, playwright, say, vitest } from "./run.ts";

export interface Suite {
  name: string;
  /** Why it cannot run here, and the way out; undefined when it can. */
  impossible?(): Promise<string | undefined>;
  /** Not every machine for tests can run it, whatever is installed. */
  optional?: boolean;
  run(filters: string[]): Promise<Outcome>;
}

/** Programs of a real control plane, and those that its suites use. */
export const CONTROL_PLANE = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
  "kubectl",
  "helm",
  "cluster-api-controller",
  "kubeadm-bootstrap-controller",
  "kubeadm-control-plane-controller",
  "capd-manager",
] as const;
/** Programs of a node that runs containers. */
export const NODE = [
  "kubelet",
  "kube-proxy",
  "containerd",
  "containerd-shim-runc-v2",
  "ctr",
  "coredns",
] as const;

/** Somebody's cluster, instead of one of our own. */
const given = process.env.HUB_TEST_CLUSTER;
const own = !given || given === "fake";

async function absent(names: readonly (typeof CONTROL_PLANE | typeof NODE)[number][]) {
  const found = await findBinaries(names, say, { make: false });
  return "missing" in found ? found.missing : undefined;
}

async function noControlPlane(): Promise<string | undefined> {
  const why = own ? await absent(CONTROL_PLANE) : undefined;
  return why && `The real control plane was not run: ${why}`;
}

async function noNode(): Promise<string | undefined> {
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    return "Real containers were not run: they need Linux and root.";
  const apart = ["--mount", "--net", "--pid", "--fork"];
  if (spawnSync("unshare", [...apart, "true"]).status !== 0)
    return "Real containers were not run: this machine lets root make no namespaces.";
  const why = await absent([...CONTROL_PLANE, ...NODE]);
  return why && `Real containers were not run: ${why}`;
}

/** A given cluster is one for all, so nothing runs beside anything else. */
const alone = own ? [] : ["--maxWorkers=1"];
const onKubernetes = { HUB_TEST_CLUSTER: given || "fake" };

export const SUITES: Suite[] = [
  { name: "lint", run: () => check(["node_modules/@biomejs/biome/bin/biome", "check", "."]) },
  { name: "types", run: () => check(["node_modules/typescript/bin/tsc", "--noEmit"]) },
  { name: "unit", run: (filters) => vitest("unit", filters) },
  {
    name: "integration",
    run: (filters) => vitest("integration", filters, { HUB_TEST_CLUSTER: "sandbox" }),
  },
  { name: "e2e", run: (filters) => playwright("e2e", filters, { HUB_TEST_CLUSTER: "sandbox" }) },
  {
    name: "integration:kubernetes",
    impossible: noControlPlane,
    run: (filters) => vitest("kubernetes", filters, onKubernetes, alone),
  },
  {
    name: "e2e:kubernetes",
    impossible: noControlPlane,
    run: (filters) => playwright("e2e:kubernetes", filters, onKubernetes),
  },
  {
    // Reads the audit logs of both suites before it.
    name: "rights",
    impossible: noControlPlane,
    run: () => check(["tools/rights/main.ts"]),
  },
  {
    name: "cluster",
    impossible: noNode,
    optional: true,
    run: (filters) =>
      playwright("cluster", ["--config=e2e/real/playwright.config.ts", ...filters], onKubernetes),
  },
];

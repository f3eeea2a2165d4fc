/**
 * Integration and browser tests that run on one kind of cluster only, and why. All others run on the sandbox and on a
 * real control plane (`suites.test.ts` holds this table complete).
 */
export const ONLY: { file: string; on: "sandbox" | "kubernetes"; why: string }[] = [
  {
    file: "deploy/backup/backup.it.test.ts",
    on: "kubernetes",
    why: "It exports one control plane and restores onto a second; the sandbox is never installed into.",
  },
  {
    file: "deploy/chart/chart.it.test.ts",
    on: "kubernetes",
    why: "Helm talks to Kubernetes' own API server; the sandbox is never installed into.",
  },
  {
    file: "deploy/chart/helm.it.test.ts",
    on: "kubernetes",
    why: "Helm talks to Kubernetes' own API server; the sandbox is never installed into.",
  },
  {
    file: "deploy/chart/run.it.test.ts",
    on: "kubernetes",
    why: "It runs what the chart renders for a cluster; the sandbox is never installed into.",
  },
  {
    file: "deploy/crds/stored-versions.it.test.ts",
    on: "kubernetes",
    why: "It is about etcd holding objects in versions of old, which the sandbox has not.",
  },
  {
    file: "tools/cluster/cluster.it.test.ts",
    on: "kubernetes",
    why: "It is about starting and ending the control plane itself.",
  },
  {
    file: "sandbox/operators/cluster-api-managers.it.test.ts",
    on: "kubernetes",
    why: "It runs Cluster API's own managers, which the sandbox stands in for; the same is tested there of those.",
  },
  {
    file: "lib/manager/takeover.it.test.ts",
    on: "kubernetes",
    why: "Admission policies hold the manager to its tenants, and the sandbox serves none.",
  },
  {
    file: "e2e/start.spec.ts",
    on: "sandbox",
    why: "It is about npm start, its state and the processes that it starts, the sandbox's among them.",
  },
  {
    file: "e2e/administration.spec.ts",
    on: "sandbox",
    why: "It is about a page; what its API does is tested on both.",
  },
  {
    file: "e2e/usage.spec.ts",
    on: "sandbox",
    why: "It is about a page; what its API does is tested on both.",
  },
  {
    file: "e2e/finding.spec.ts",
    on: "sandbox",
    why: "It is about a page; what its API does is tested on both.",
  },
  {
    file: "lib/cluster/guard.it.test.ts",
    on: "sandbox",
    why: "It needs no cluster: a scripted server answers.",
  },
  {
    file: "cli/build/build.it.test.ts",
    on: "sandbox",
    why: "It needs no cluster: a registry answers.",
  },
  {
    file: "cli/registry/registry.it.test.ts",
    on: "sandbox",
    why: "It needs no cluster: a registry answers.",
  },
  {
    file: "lib/images/buildah.it.test.ts",
    on: "sandbox",
    why: "It needs no cluster: buildah builds and a registry answers.",
  },
  {
    file: "providers/mysql-server.it.test.ts",
    on: "sandbox",
    why: "It needs no cluster: a MariaDB of this machine is sent what the actions send.",
  },
  {
    file: "providers/connection-servers.it.test.ts",
    on: "sandbox",
    why: "It needs no cluster: database servers of this machine answer.",
  },
  {
    file: "tools/registry/registry.it.test.ts",
    on: "sandbox",
    why: "It needs no cluster: a registry answers.",
  },
  {
    file: "lib/oci/registry.it.test.ts",
    on: "sandbox",
    why: "It needs no cluster: a registry answers.",
  },
  {
    file: "tools/faults/proxy.it.test.ts",
    on: "sandbox",
    why: "It needs no cluster: a scripted server answers.",
  },
  {
    file: "sandbox/conformance/live.it.test.ts",
    on: "kubernetes",
    why: "It sends the battery to a control plane of its own and compares with the recording.",
  },
  {
    file: "sandbox/conformance/kubectl/kubectl.it.test.ts",
    on: "sandbox",
    why: "It compares the sandbox with what kubectl came to on a real API server.",
  },
  {
    file: "sandbox/conformance.it.test.ts",
    on: "sandbox",
    why: "It compares the sandbox with recorded answers of a real API server.",
  },
  {
    file: "sandbox/server/deletion.it.test.ts",
    on: "sandbox",
    why: "It is about the sandbox's API server; the conformance battery asks both the same.",
  },
  {
    file: "sandbox/server/verbs.it.test.ts",
    on: "sandbox",
    why: "It is about the sandbox's API server; the conformance battery asks both the same.",
  },
  {
    file: "sandbox/server/watch.it.test.ts",
    on: "sandbox",
    why: "It is about the sandbox's API server and its event history.",
  },
  {
    file: "sandbox/store/crash.it.test.ts",
    on: "sandbox",
    why: "It kills the sandbox's process and reads its journal.",
  },
  {
    file: "sandbox/workloads/restart.it.test.ts",
    on: "sandbox",
    why: "It starts and stops the sandbox's own controllers, which a control plane has already.",
  },
  {
    file: "scripts/start/refusals.it.test.ts",
    on: "sandbox",
    why: "npm start refuses before it starts any cluster.",
  },
];

/** Files of tests that do not run on this kind of cluster. */
export function leftOut(on: "sandbox" | "kubernetes"): string[] {
  return ONLY.filter((each) => each.on !== on).map(({ file }) => file);
}

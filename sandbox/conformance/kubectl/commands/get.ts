import type { Scenario } from "../types.ts";
import { configMap, pod } from "./manifests.ts";

const running = JSON.stringify({
  status: {
    phase: "Running",
    podIP: "10.1.2.3",
    podIPs: [{ ip: "10.1.2.3" }],
    startTime: "2026-01-01T00:00:00Z",
    conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" }],
    containerStatuses: [
      {
        name: "main",
        ready: true,
        started: true,
        restartCount: 2,
        image: "nginx:1.27",
        imageID: "nginx@sha256:1",
        containerID: "containerd://1",
        state: { running: { startedAt: "2026-01-01T00:00:00Z" } },
        lastState: {
          terminated: {
            exitCode: 1,
            reason: "Error",
            startedAt: "2026-01-01T00:00:00Z",
            finishedAt: "2026-01-01T00:00:00Z",
          },
        },
      },
    ],
  },
});

/** `kubectl get` in all its forms. */
export const get: Scenario = {
  name: "get",
  area: "get",
  commands: [
    { args: "get pods" },
    { args: "apply -f -", input: `${pod("a")}---${pod("b", "{ app: other, tier: back }")}` },
    { args: "get pods" },
    { args: "get pods -o wide" },
    { args: ["patch", "pod", "a", "--subresource=status", "--type=merge", "-p", running] },
    { args: "get pods" },
    { args: "get pods -o wide --show-labels" },
    { args: "get pods -o name" },
    { args: "get pod a -o yaml" },
    { args: "get pod a -o json --show-managed-fields" },
    { args: "get pods -o jsonpath={.items[*].metadata.name}" },
    {
      args: "get pods -o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[*].image,IP:.status.podIP",
    },
    { args: "get pods --sort-by=.status.phase --no-headers" },
    { args: "get pods -l app=other" },
    { args: ["get", "pods", "-l", "app in (web, other),tier"] },
    { args: "get pods -l app==web=" },
    { args: "get pods --field-selector=status.phase=Running" },
    { args: "get pods --field-selector=spec.nothing=x" },
    { args: "get pods -A -l tier=back" },
    { args: "get pods -L app,tier" },
    { args: "get pod/a pod/b" },
    { args: "get pod a missing" },
    { args: "get pod missing --ignore-not-found" },
    { args: "create -f -", input: configMap("settings", "{ a: one, b: two }") },
    { args: "get pods,configmaps" },
    { args: "get all" },
    { args: "get configmap settings -o go-template={{.data.a}}" },
    { args: "get namespace {ns}" },
    { args: "get namespaces -o name --field-selector=metadata.name=kube-system" },
    { args: "get nodes" },
    { args: "get sc,pv,csr" },
    { args: "get pods --chunk-size=1" },
    { args: "get pods --watch --request-timeout=1s --output-watch-events" },
    { args: "get --raw /api/v1/namespaces/{ns}/configmaps?labelSelector=none" },
    { args: "get --raw /healthz" },
    { args: "get --raw /nothing" },
  ],
};

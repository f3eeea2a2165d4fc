import type { Scenario } from "../types.ts";
import { configMap, deployment, pod } from "./manifests.ts";

/** Objects that generators of `kubectl create` make. */
export const create: Scenario = {
  name: "create",
  area: "create, expose",
  commands: [
    { args: "create deployment web --image=nginx:1.27 --replicas=2 --port=80" },
    { args: "create job once --image=busybox:1.37 -- true" },
    { args: ["create", "cronjob", "hourly", "--image=busybox:1.37", "--schedule=0 * * * *", "--", "date"] },
    { args: "create job now --from=cronjob/hourly" },
    { args: "create configmap settings --from-literal=a=one --from-literal=b=two" },
    { args: "create secret generic keys --from-literal=password=secret" },
    {
      args: "create secret docker-registry pull --docker-server=r.example --docker-username=u --docker-password=p",
    },
    { args: "create serviceaccount robot" },
    { args: "create role reader --verb=get,list --resource=pods,deployments.apps" },
    { args: "create rolebinding readers --role=reader --serviceaccount={ns}:robot" },
    { args: "create clusterrole conformance-reader --verb=get --resource=nodes" },
    { args: "create quota small --hard=pods=2,requests.cpu=1" },
    { args: "create ingress site --rule=site.example/*=web:80,tls=cert" },
    { args: "create service nodeport outside --tcp=80:8080" },
    { args: "create service externalname away --external-name=example.com" },
    { args: "create poddisruptionbudget guard --selector=app=web --min-available=1" },
    { args: "create priorityclass conformance-high --value=1000" },
    { args: "run one --image=nginx:1.27 --restart=Never" },
    { args: "run limited --image=nginx:1.27 --dry-run=server -o yaml" },
    { args: "expose deployment web --port=80 --target-port=8080 --name=front" },
    { args: "expose deployment web --port=80 --name=front" },
    { args: "autoscale deployment web --min=1 --max=3 --cpu=50%" },
    { args: "create configmap settings --from-literal=a=again" },
    { args: "create configmap Not_A_Name" },
    { args: "create deployment web --image=nginx:1.27 --dry-run=client -o name" },
    { args: "get deployments,jobs,cronjobs,services,ingresses -o wide" },
    { args: "get configmaps,secrets,serviceaccounts,roles,rolebindings,quota,pdb,hpa" },
    { args: "get ingress site -o yaml" },
    { args: "get cronjob hourly -o yaml" },
    { args: "create token robot --duration=10m" },
  ],
};

const container = (name: string) =>
  JSON.stringify({
    spec: { template: { spec: { containers: [{ name, image: "busybox:1.37" }] } } },
  });

/** Declared state: apply in both forms, diff, patches, replace. */
export const apply: Scenario = {
  name: "apply",
  area: "apply, diff, patch, replace",
  commands: [
    { args: "diff -f -", input: deployment(2) },
    { args: "apply -f -", input: deployment(2) },
    { args: "apply -f -", input: deployment(2) },
    { args: "diff -f -", input: deployment(3) },
    { args: "apply -f - --dry-run=server", input: deployment(3) },
    { args: "apply -f -", input: deployment(3) },
    { args: "get deployment web -o yaml" },
    { args: "apply view-last-applied deployment/web" },
    { args: "apply --server-side -f -", input: configMap("shared", "{ a: one, b: two }") },
    { args: "apply --server-side --field-manager=other -f -", input: configMap("shared", "{ a: three }") },
    {
      args: "apply --server-side --field-manager=other --force-conflicts -f -",
      input: configMap("shared", "{ a: three }"),
    },
    { args: "apply --server-side -f -", input: configMap("shared", "{ a: one }") },
    { args: "get configmap shared -o yaml --show-managed-fields" },
    { args: "diff --server-side --field-manager=other -f -", input: configMap("shared", "{ a: four }") },
    { args: "apply --server-side -f -", input: deployment(4) },
    { args: "get deployment web -o yaml --show-managed-fields" },
    { args: ["patch", "deployment", "web", "-p", container("side")] },
    { args: "get deployment web -o jsonpath={.spec.template.spec.containers[*].name}" },
    { args: ["patch", "deployment", "web", "--type=merge", "-p", '{"spec":{"replicas":1}}'] },
    { args: ["patch", "deployment", "web", "--type=merge", "-p", '{"spec":{"replicas":1}}'] },
    {
      args: [
        "patch",
        "deployment",
        "web",
        "--type=json",
        "-p",
        '[{"op":"replace","path":"/spec/paused","value":true}]',
      ],
    },
    {
      args: [
        "patch",
        "deployment",
        "web",
        "--type=json",
        "-p",
        '[{"op":"add","path":"/spec/paused","value":true}]',
      ],
    },
    {
      args: [
        "patch",
        "deployment",
        "web",
        "--type=json",
        "-p",
        '[{"op":"test","path":"/spec/paused","value":false}]',
      ],
    },
    { args: ["patch", "deployment", "web", "-p", '{"spec":{"replicas":"many"}}'] },
    { args: ["patch", "deployment", "web", "-p", '{"spec":{"selector":{"matchLabels":{"app":"other"}}}}'] },
    {
      args: [
        "patch",
        "deployment",
        "web",
        "--subresource=scale",
        "--type=merge",
        "-p",
        '{"spec":{"replicas":5}}',
      ],
    },
    { args: "replace -f -", input: configMap("shared", "{ c: replaced }") },
    { args: "replace -f -", input: configMap("absent", "{ c: replaced }") },
    { args: "replace --force -f -", input: configMap("shared", "{ d: forced }") },
    { args: "get configmap shared -o jsonpath={.data}" },
    { args: "apply -f - --prune -l app=web --prune-allowlist=core/v1/ConfigMap", input: deployment(1) },
  ],
};

/** Small changes to what is there. */
export const change: Scenario = {
  name: "change",
  area: "label, annotate, set, scale, rollout",
  commands: [
    { args: "create -f -", input: deployment(2) },
    { args: "label deployment web tier=front" },
    { args: "label deployment web tier=back" },
    { args: "label deployment web tier=back --overwrite" },
    { args: "label deployment web tier-" },
    { args: "label deployment web bad=a/b" },
    { args: "label deployments --all side=left" },
    { args: "annotate deployment web note=hello" },
    { args: "annotate deployment web note-" },
    { args: "set image deployment/web main=nginx:1.28" },
    { args: "set image deployment/web other=nginx:1.28" },
    { args: "set env deployment/web MODE=fast LEVEL=2" },
    { args: "set env deployment/web --list" },
    { args: "set env deployment/web LEVEL-" },
    { args: "set resources deployment/web --limits=cpu=200m,memory=256Mi --requests=cpu=100m" },
    { args: "set serviceaccount deployment/web robot" },
    { args: "scale deployment/web --replicas=3" },
    { args: "scale deployment/web --replicas=4 --current-replicas=1" },
    { args: "scale deployment/absent --replicas=3" },
    { args: "rollout status deployment/web --watch=false" },
    { args: "rollout pause deployment/web" },
    { args: "rollout pause deployment/web" },
    { args: "rollout resume deployment/web" },
    { args: "rollout restart deployment/web" },
    { args: "rollout history deployment/web" },
    { args: "rollout undo deployment/web" },
    { args: "get deployment web -o jsonpath={.metadata.uid}", keep: "uid" },
    { args: "create -f -", input: replicaSet("web-one", 1, "nginx:1.26") },
    { args: "create -f -", input: replicaSet("web-two", 2, "nginx:1.28") },
    { args: "rollout history deployment/web" },
    { args: "rollout history deployment/web --revision=1" },
    { args: "rollout undo deployment/web --to-revision=1" },
    { args: "rollout undo deployment/web --to-revision=9" },
    { args: "get deployment web -o jsonpath={.spec.template.spec.containers[0].image}" },
    { args: "get deployment web -o wide" },
    {
      args: [
        "patch",
        "deployment",
        "web",
        "--subresource=status",
        "--type=merge",
        "-p",
        '{"status":{"observedGeneration":99,"replicas":3,"updatedReplicas":3,"availableReplicas":3,"readyReplicas":3}}',
      ],
    },
    { args: "rollout status deployment/web" },
    { args: "get deployment web" },
  ],
};

function replicaSet(name: string, revision: number, image: string): string {
  return `
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: ${name}
  labels: { app: web }
  annotations: { deployment.kubernetes.io/revision: "${revision}", kubernetes.io/change-cause: "to ${image}" }
  ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, uid: "{uid}", controller: true }]
spec:
  replicas: 0
  selector: { matchLabels: { app: web, pod-template-hash: "${revision}" } }
  template:
    metadata: { labels: { app: web, pod-template-hash: "${revision}" } }
    spec: { containers: [{ name: main, image: "${image}" }] }
`;
}

/** Taking away, and waiting for it. */
export const remove: Scenario = {
  name: "delete",
  area: "delete, wait",
  commands: [
    { args: "create -f -", input: `${configMap("a", "{ k: v }")}---${configMap("b", "{ k: v }")}` },
    { args: "delete configmap a" },
    { args: "delete configmap a" },
    { args: "delete configmap a --ignore-not-found" },
    { args: "delete -f -", input: configMap("b", "{ k: v }") },
    { args: "wait --for=delete configmap/b --timeout=5s" },
    { args: "create -f -", input: pod("held", "{ app: web }") },
    {
      args: [
        "patch",
        "pod",
        "held",
        "--type=merge",
        "-p",
        '{"metadata":{"finalizers":["conformance.example/hold"]}}',
      ],
    },
    { args: "delete pod held --wait=false" },
    { args: "get pod held -o jsonpath={.metadata.finalizers}" },
    { args: "wait --for=delete pod/held --timeout=3s" },
    { args: "delete pod held --force --grace-period=0 --wait=false" },
    { args: ["patch", "pod", "held", "--type=merge", "-p", '{"metadata":{"finalizers":null}}'] },
    { args: "wait --for=delete pod/held --timeout=10s" },
    { args: "create -f -", input: deployment(0) },
    { args: "get deployment web -o jsonpath={.metadata.uid}", keep: "uid" },
    { args: "create -f -", input: replicaSet("web-one", 1, "nginx:1.26") },
    { args: "delete deployment web --cascade=orphan" },
    { args: "get replicasets -o custom-columns=NAME:.metadata.name,OWNERS:.metadata.ownerReferences" },
    { args: "create -f -", input: deployment(0, "nginx:1.27", "second") },
    { args: "delete deployments -l app=second --cascade=foreground" },
    { args: "delete replicasets,configmaps -l app=web --dry-run=server" },
    { args: "delete replicasets --all" },
    { args: "create configmap ready --from-literal=state=done" },
    { args: "wait --for=jsonpath={.data.state}=done configmap/ready --timeout=5s" },
    { args: "wait --for=jsonpath={.data.state}=other configmap/ready --timeout=1s" },
    { args: "wait --for=condition=Ready pod/absent --timeout=1s" },
    { args: "delete namespace absent-namespace" },
    { args: "create namespace {ns}-gone" },
    { args: "delete namespace {ns}-gone --timeout=60s" },
    { args: "get namespace {ns}-gone" },
  ],
};

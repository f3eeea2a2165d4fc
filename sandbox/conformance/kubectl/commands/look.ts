import type { Scenario } from "../types.ts";
import { configMap, deployment, pod } from "./manifests.ts";

const event = `
apiVersion: v1
kind: Event
metadata: { name: a.1 }
involvedObject: { apiVersion: v1, kind: Pod, name: a, namespace: "{ns}" }
reason: Pulled
message: Container image is there
type: Normal
count: 3
firstTimestamp: "2026-01-01T00:00:00Z"
lastTimestamp: "2026-01-01T00:00:00Z"
source: { component: kubelet, host: node-1 }
`;

const ingress = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: site, annotations: { note: hello } }
spec:
  tls: [{ hosts: [site.example], secretName: cert }]
  rules:
    - host: site.example
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
`;

const claim = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], storageClassName: absent, resources: { requests: { storage: 1Gi } } }
`;

/** `kubectl describe` of each kind, and the events beside. */
export const describe: Scenario = {
  name: "describe",
  area: "describe, events",
  commands: [
    { args: "apply -f -", input: pod("a") },
    { args: "create -f -", input: event },
    { args: "describe pod a" },
    { args: "events" },
    { args: "events --for=pod/a --types=Warning" },
    { args: "get events" },
    {
      args: "get events -o custom-columns=WHY:.reason,WHAT:.involvedObject.name --field-selector=involvedObject.name=a",
    },
    { args: "create -f -", input: deployment(2) },
    { args: "describe deployment web" },
    { args: "expose deployment web --port=80" },
    { args: "describe service web" },
    { args: "create quota small --hard=pods=5" },
    { args: "wait --for=jsonpath={.status.used.pods}=1 quota/small --timeout=30s" },
    { args: "describe quota small" },
    { args: "describe namespace {ns}" },
    { args: "create -f -", input: configMap("settings", '{ a: "one\\ntwo" }') },
    { args: "describe configmap settings" },
    { args: "create secret generic keys --from-literal=password=secret" },
    { args: "describe secret keys" },
    { args: "describe serviceaccount default" },
    { args: "create -f -", input: ingress },
    { args: "describe ingress site" },
    { args: "create -f -", input: claim },
    { args: "describe pvc data" },
    { args: "get pvc -o wide" },
    { args: "create role reader --verb=get,list --resource=pods" },
    { args: "describe role reader" },
    { args: "describe clusterrole view" },
    { args: ["create", "cronjob", "hourly", "--image=busybox:1.37", "--schedule=0 * * * *"] },
    { args: "describe cronjob hourly" },
    { args: "describe pod missing" },
    { args: "describe pods -l app=web --show-events=false" },
    { args: "describe endpointslices" },
    { args: "logs a" },
  ],
};

/** What the server serves, and what the fields of it mean. */
export const discover: Scenario = {
  name: "discover",
  area: "api-resources, explain, version",
  commands: [
    { args: "api-resources --sort-by=name" },
    { args: "api-resources --api-group=apps -o wide" },
    { args: "api-resources --namespaced=false -o name --sort-by=name" },
    { args: "api-resources --verbs=deletecollection --categories=all --sort-by=name" },
    { args: "api-versions" },
    { args: "version -o json" },
    { args: "cluster-info" },
    { args: "explain pods" },
    { args: "explain pod.spec.containers.livenessProbe.httpGet" },
    { args: "explain deployment.spec.strategy.rollingUpdate" },
    { args: "explain deployment.spec.nothing" },
    { args: "explain nothing" },
    { args: "explain ingress.spec.rules --recursive" },
    { args: "explain jobs --api-version=batch/v1" },
    { args: "explain resourcequota.status" },
    { args: "explain configmap -o plaintext-openapiv2" },
    { args: "get --raw /version" },
    { args: "get --raw /apis/apps/v1/namespaces/{ns}/deployments" },
    { args: "get --raw /readyz?verbose" },
  ],
};

const as = (what: string) => `${what} --as=system:serviceaccount:{ns}:robot`;

/** Who may what. */
export const access: Scenario = {
  name: "auth",
  area: "auth, impersonation",
  commands: [
    { args: "create serviceaccount robot" },
    { args: as("auth can-i list pods") },
    { args: "create role reader --verb=get,list,watch --resource=pods,services,deployments.apps" },
    { args: "create role one --verb=get --resource=configmaps --resource-name=settings" },
    { args: "create rolebinding readers --role=reader --serviceaccount={ns}:robot" },
    { args: "create rolebinding ones --role=one --serviceaccount={ns}:robot" },
    { args: as("auth can-i list pods") },
    { args: as("auth can-i delete pods") },
    { args: as("auth can-i get configmap/settings") },
    { args: as("auth can-i get configmaps") },
    { args: as("auth can-i list nodes") },
    { args: as("auth can-i list nothings") },
    { args: as("auth can-i get pods --subresource=log") },
    { args: as("auth can-i --list") },
    { args: as("auth can-i list deployments.apps -A") },
    { args: as("auth can-i get /healthz") },
    { args: as("auth whoami") },
    { args: "auth whoami --as=jane --as-group=team --as-group=system:authenticated -o json" },
    { args: "auth can-i create namespaces" },
    { args: as("get pods") },
    { args: as("get secrets") },
    { args: as("get secret keys") },
    { args: as("get pods -A") },
    { args: as("create configmap settings --from-literal=a=b") },
    { args: as("delete pod a") },
    { args: as("create role more --verb=* --resource=secrets") },
    { args: as("create rolebinding more --clusterrole=admin --serviceaccount={ns}:robot") },
    { args: as("api-versions") },
    { args: "get pods --as=nobody" },
    {
      args: "auth reconcile -f -",
      input: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader }
rules: [{ apiGroups: [""], resources: [secrets], verbs: [list] }]
`,
    },
    { args: "get role reader -o jsonpath={.rules}" },
  ],
};

/** What is wrong, and how one is told. */
export const errors: Scenario = {
  name: "errors",
  area: "errors",
  commands: [
    { args: "get pod missing" },
    { args: "get nothings" },
    { args: "get nothings.example.com" },
    { args: "get pods -n no-such-namespace" },
    { args: "create configmap a -n no-such-namespace" },
    { args: "apply -f -", input: deployment(1).replace("replicas", "replicaz") },
    { args: "apply --validate=warn -f -", input: deployment(1).replace("replicas", "replicaz") },
    {
      args: "apply --validate=ignore -f -",
      input: deployment(1).replace("replicas", "replicaz").replaceAll("web", "ignored"),
    },
    {
      args: "create -f -",
      input: deployment(1)
        .replace("matchLabels: { app: web }", "matchLabels: { app: other }")
        .replace("name: web", "name: unmatched"),
    },
    {
      args: "create -f -",
      input: deployment(1)
        .replaceAll("containerPort: 80", "containerPort: 80000")
        .replace("name: web", "name: ports"),
    },
    { args: "create -f -", input: "apiVersion: example.com/v1\nkind: Nothing\nmetadata: { name: a }\n" },
    { args: "create -f -", input: "apiVersion: v1\nkind: Nothing\nmetadata: { name: a }\n" },
    { args: "create -f -", input: "kind: ConfigMap\nmetadata: { name: a }\n" },
    { args: "create -f -", input: "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: [1]\n" },
    { args: "create -f -", input: "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a\n" },
    {
      args: "create -f -",
      input: "apiVersion: v1\nkind: ConfigMap\nmetadata: { namespace: other, name: a }\n",
    },
    { args: "create -f -", input: configMap("versioned", "{ a: b }") },
    {
      args: "replace -f -",
      input:
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: versioned, resourceVersion: '1' }\ndata: { a: c }\n",
    },
    { args: "annotate configmap versioned a=b --resource-version=1" },
    {
      args: "create -f -",
      input:
        "apiVersion: v1\nkind: Service\nmetadata: { name: UPPER }\nspec: { ports: [{ port: 0 }], type: Odd }\n",
    },
    {
      args: "create -f -",
      input: "apiVersion: v1\nkind: Pod\nmetadata: { name: empty }\nspec: { containers: [] }\n",
    },
    { args: "create quota none --hard=pods=0,configmaps=0" },
    { args: "wait --for=jsonpath={.status.hard.pods}=0 quota/none --timeout=30s" },
    { args: "run refused --image=nginx:1.27" },
    { args: "create namespace {ns}" },
    { args: "create namespace kubernetes_system" },
    { args: "delete namespace default" },
    { args: "exec missing -- true" },
    { args: "logs missing" },
    { args: "patch configmap versioned -p {" },
    { args: ["patch", "configmap", "versioned", "--type=merge", "-p", '{"data":{"bad key":"x"}}'] },
    { args: "get pods --request-timeout=none" },
    { args: "get pods -l a=b=c" },
    { args: "get pods -o jsonpath={.items[" },
  ],
};

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: boats.kubectl.conformance.example }
spec:
  group: kubectl.conformance.example
  scope: Namespaced
  names: { kind: Boat, plural: boats, singular: boat, shortNames: [bt], categories: [fleet] }
  versions:
    - name: v1
      served: true
      storage: true
      subresources: { status: {}, scale: { specReplicasPath: .spec.crew, statusReplicasPath: .status.crew } }
      additionalPrinterColumns:
        - { name: Crew, type: integer, jsonPath: .spec.crew }
        - { name: Home, type: string, jsonPath: .spec.home, priority: 1 }
      schema:
        openAPIV3Schema:
          type: object
          description: A boat of the fleet.
          properties:
            spec:
              type: object
              required: [home]
              properties:
                crew: { type: integer, minimum: 1, default: 2, description: How many sail it. }
                home: { type: string, description: The port it comes from. }
            status: { type: object, properties: { crew: { type: integer } } }
`;
const boat = (spec: string) => `
apiVersion: kubectl.conformance.example/v1
kind: Boat
metadata: { name: one, labels: { fleet: north } }
spec: ${spec}
`;

/** Kinds of one's own. */
export const custom: Scenario = {
  name: "custom",
  area: "custom kinds",
  alone: true,
  commands: [
    { args: "apply -f -", input: definition },
    { args: "wait --for=condition=Established crd/boats.kubectl.conformance.example --timeout=20s" },
    { args: "get crd boats.kubectl.conformance.example" },
    { args: "get boats", until: "No resources found" },
    { args: "explain boat.spec", until: "FIELDS" },
    { args: "apply -f -", input: boat("{ home: north }") },
    { args: "get boats" },
    { args: "get bt -o wide" },
    { args: "get fleet" },
    { args: "get boat one -o yaml" },
    { args: "apply -f -", input: boat("{ home: north, crew: 0 }") },
    { args: "apply -f -", input: boat("{ crew: 1 }") },
    { args: "apply -f -", input: boat("{ home: north, sails: 3 }") },
    { args: "apply --server-side -f -", input: boat("{ home: south, crew: 3 }") },
    { args: "apply --server-side --force-conflicts -f -", input: boat("{ home: south, crew: 3 }") },
    { args: "scale boat/one --replicas=5" },
    { args: ["patch", "boat", "one", "-p", '{"spec":{"crew":4}}'] },
    { args: ["patch", "boat", "one", "--type=merge", "-p", '{"spec":{"crew":4}}'] },
    { args: "describe boat one" },
    { args: "label boats --all fleet=south --overwrite" },
    { args: "delete boats --all" },
    { args: "delete crd boats.kubectl.conformance.example" },
  ],
};
